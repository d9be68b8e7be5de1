using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>Members waiting for the writer, first come first served. Thread safe for many producers and one consumer.</summary>
sealed class SqliteQueue
{
    readonly object _gate = new(); // a monitor, not a Lock: the writer sleeps on it
    Queue<SqliteMember> _members = new();
    Queue<SqliteMember> _taken = new(); // the consumer's own: it takes all there are at once and locks no more for each
    volatile int _takenCount;
    bool _sleeping;
    bool _closed;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _members.Count + _takenCount;
            }
        }
    }

    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    /// <summary>Throws ShuttingDown when the queue is closed.</summary>
    public void Add(SqliteMember member)
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw new StoreException(StoreError.ShuttingDown, "the catalog is closing and takes no more writes");
            }
            _members.Enqueue(member);
            if (_sleeping)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    public bool TryTake(out SqliteMember? member)
    {
        if (_taken.Count == 0)
        {
            lock (_gate)
            {
                (_members, _taken) = (_taken, _members);
            }
        }
        var found = _taken.TryDequeue(out member);
        _takenCount = _taken.Count;
        return found;
    }

    /// <summary>Blocks until there is a member, <paramref name="patience"/> is over or the queue is closed; is there one?</summary>
    public bool Wait(TimeSpan patience)
    {
        if (_taken.Count > 0)
        {
            return true;
        }
        lock (_gate)
        {
            if (_members.Count == 0 && !_closed)
            {
                _sleeping = true;
                Monitor.Wait(_gate, patience);
                _sleeping = false;
            }
            return _members.Count > 0;
        }
    }

    /// <summary>Refuses further members; those already queued are still taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }
}
