using System.Text;

namespace Holdfast.TestKit.Durability;

/// <summary>
/// All requests on one key between two known states, each with the moments it was sent and answered, and the proof that they can be put in
/// one order that explains every answer: each takes effect at one moment between being sent and being answered (linearizability; Wing and
/// Gong 1993, with Lowe's pruning at each answer). Thread safe while recording.
/// </summary>
public sealed class KeyHistory(string key)
{
    const int MaxPending = 64;

    readonly Lock _gate = new();
    readonly List<Entry> _entries = [];
    readonly List<(Entry Entry, bool IsAnswer)> _events = [];

    /// <summary>Writes that were acknowledged.</summary>
    public int Acknowledged => _entries.Count(entry => entry.Operation is { Outcome: KeyOutcome.Done, Leaves: not null });

    /// <summary>A request is about to be sent.</summary>
    public Entry Begin()
    {
        var entry = new Entry(this);
        lock (_gate)
        {
            _entries.Add(entry);
            _events.Add((entry, false));
        }

        return entry;
    }

    /// <summary>Why no order explains what was seen, with the whole history; null when one does.</summary>
    public string? FindContradiction(KeyState initial)
    {
        var possible = new HashSet<(KeyState State, ulong Applied)> { (initial, 0) };
        var pending = new Entry?[MaxPending];
        foreach (var (entry, isAnswer) in _events)
        {
            if (entry.Operation is not { } operation)
                continue;
            if (!isAnswer)
            {
                entry.Slot = Array.IndexOf(pending, null);
                pending[entry.Slot] = entry;
            }
            else if (operation.Outcome != KeyOutcome.Unknown)
            {
                possible = Settle(possible, pending, entry.Slot);
                pending[entry.Slot] = null;
                if (possible.Count == 0)
                    return Describe(initial, entry);
            }
        }

        return null;
    }

    /// <summary>
    /// Every way to go on in which the operation in <paramref name="slot"/> has taken effect, by applying pending ones up to it.
    /// </summary>
    static HashSet<(KeyState State, ulong Applied)> Settle(HashSet<(KeyState State, ulong Applied)> possible, Entry?[] pending, int slot)
    {
        var settled = new HashSet<(KeyState, ulong)>();
        var seen = new HashSet<(KeyState, ulong)>(possible);
        var open = new Stack<(KeyState State, ulong Applied)>(possible);
        while (open.TryPop(out var at))
        {
            if ((at.Applied >> slot & 1) != 0)
            {
                settled.Add((at.State, at.Applied & ~(1UL << slot)));
                continue;
            }

            for (var other = 0; other < pending.Length; other++)
            {
                if (pending[other] is { } candidate && (at.Applied >> other & 1) == 0 && candidate.Operation!.Fits(at.State, out var next)
                    && seen.Add((next, at.Applied | 1UL << other)))
                {
                    open.Push((next, at.Applied | 1UL << other));
                }
            }
        }

        return settled;
    }

    string Describe(KeyState initial, Entry failed)
    {
        var text = new StringBuilder(
            $"key {key}, which began with {initial}: no order of the requests explains the answers up to #{_entries.IndexOf(failed)}\n");
        foreach (var (entry, isAnswer) in _events)
        {
            var number = _entries.IndexOf(entry);
            text.Append(isAnswer ? $"  answer  #{number}\n" : $"  request #{number} {entry.Operation}\n");
        }

        return text.ToString();
    }

    /// <summary>One request. Without an <see cref="Operation"/> it certainly had no effect.</summary>
    public sealed class Entry(KeyHistory history)
    {
        public KeyOperation? Operation { get; private set; }

        internal int Slot { get; set; }

        public void End(KeyOperation operation)
        {
            lock (history._gate)
            {
                Operation = operation;
                history._events.Add((this, true));
            }
        }
    }
}
