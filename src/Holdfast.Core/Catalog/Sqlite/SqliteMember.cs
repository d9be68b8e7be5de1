namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>One caller's work on its way through the writer: queued, run inside a group, answered after the group's commit.</summary>
abstract class SqliteMember(CancellationToken ct)
{
    const int Queued = 0;
    const int Settled = 1;

    CancellationTokenRegistration _registration;
    int _state;

    /// <summary>The work ended in an exception, which is its answer.</summary>
    public abstract bool Failed { get; }

    /// <summary>Lets the caller's token withdraw the member for as long as it has not started.</summary>
    public void WatchCancellation()
    {
        if (ct.CanBeCanceled)
        {
            _registration = ct.UnsafeRegister(static member => ((SqliteMember)member!).Withdraw(), this);
        }
    }

    /// <summary>False when the caller has withdrawn; from then on it can no longer.</summary>
    public bool TryStart()
    {
        var started = Interlocked.CompareExchange(ref _state, Settled, Queued) == Queued;
        _registration.Dispose();
        return started;
    }

    /// <summary>Runs the work and keeps its outcome, in place of an earlier one. Never throws.</summary>
    public abstract void Run(SqliteConnection connection);

    /// <summary>Answers the caller with the outcome.</summary>
    public abstract void Complete();

    /// <summary>Answers the caller with <paramref name="error"/>, whatever the outcome was.</summary>
    public abstract void Fail(Exception error);

    protected CancellationToken Cancellation => ct;

    protected abstract void Cancel();

    void Withdraw()
    {
        if (Interlocked.CompareExchange(ref _state, Settled, Queued) == Queued)
        {
            Cancel();
        }
    }
}

/// <summary>A member whose work gives a <typeparamref name="T"/>.</summary>
sealed class SqliteMember<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct) : SqliteMember(ct)
{
    // Continuations go to the thread pool: the writer's thread belongs to the next group.
    readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    T? _result;
    Exception? _error;

    public Task<T> Answer => _answer.Task;

    public override bool Failed => _error is not null;

    public override void Run(SqliteConnection connection)
    {
        var session = new SqliteSession(connection);
        _error = null;
        try
        {
            _result = SqliteSession.Outcome(work(session));
        }
        catch (Exception error) // the boundary of the caller's work: whatever it throws is the caller's answer
        {
            _error = error;
        }
        finally
        {
            session.End();
        }
    }

    public override void Complete()
    {
        if (_error is null)
        {
            _answer.SetResult(_result!);
        }
        else
        {
            _answer.SetException(_error);
        }
    }

    public override void Fail(Exception error) => _answer.SetException(error);

    protected override void Cancel() => _answer.TrySetCanceled(Cancellation);
}
