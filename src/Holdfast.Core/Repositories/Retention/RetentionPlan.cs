namespace Holdfast.Core.Repositories.Retention;

/// <summary>A tag as retention sees it. Times are microseconds UTC; never pulled is 0.</summary>
public sealed record RetainedTag(string Name, byte[] Digest, byte[]? Alias, long PushedAt, long PulledAt);

/// <summary>
/// Decides which tags stay. All tags go through <see cref="Rank"/> once, in any order, and then each is decided by itself: what is
/// remembered is the last few of each rule, however many tags there are. Not thread safe.
/// </summary>
public sealed class RetentionPlan
{
    readonly List<(RetentionRule Rule, Latest? Pushed, Latest? Pulled)> _rules;
    readonly long _now;

    /// <param name="now">The catalog's time, in microseconds.</param>
    public RetentionPlan(IReadOnlyList<RetentionRule> rules, long now)
    {
        _now = now;
        _rules = [.. rules.Select(rule => (rule, Latest.Of(rule.KeepPushed), Latest.Of(rule.KeepPulled)))];
    }

    public void Rank(RetainedTag tag)
    {
        foreach (var (rule, pushed, pulled) in _rules)
        {
            if (!rule.Matches(tag.Name))
                continue;
            pushed?.Add((tag.PushedAt, tag.Name));
            if (tag.PulledAt > 0)
                pulled?.Add((tag.PulledAt, tag.Name));
        }
    }

    /// <summary>Why the tag goes; null when it stays.</summary>
    public string? ReasonToRemove(RetainedTag tag)
    {
        string? reason = null;
        for (var i = 0; i < _rules.Count; i++)
        {
            if (!_rules[i].Rule.Matches(tag.Name))
                continue;
            if (Keeps(i, tag))
                return null;
            reason ??= $"rule {i} matches it and does not keep it";
        }
        return reason;
    }

    bool Keeps(int index, RetainedTag tag)
    {
        var (rule, pushed, pulled) = _rules[index];
        return rule.KeepsAll
            || pushed?.Holds((tag.PushedAt, tag.Name)) == true
            || (tag.PulledAt > 0 && pulled?.Holds((tag.PulledAt, tag.Name)) == true)
            || IsWithin(tag.PushedAt, rule.PushedWithin)
            || (tag.PulledAt > 0 && IsWithin(tag.PulledAt, rule.PulledWithin));
    }

    bool IsWithin(long time, TimeSpan? age) => age is { } span && time > _now - (long)span.TotalMicroseconds;

    /// <summary>The latest few; of the same time the first by name.</summary>
    sealed class Latest(int capacity)
    {
        readonly SortedSet<(long Time, string Name)> _kept = new(Comparer<(long Time, string Name)>.Create(
            (left, right) => left.Time != right.Time
                ? right.Time.CompareTo(left.Time)
                : string.CompareOrdinal(left.Name, right.Name)));

        public static Latest? Of(int? capacity) => capacity is { } count ? new Latest(count) : null;

        public void Add((long Time, string Name) one)
        {
            _kept.Add(one);
            if (_kept.Count > capacity)
                _kept.Remove(_kept.Max);
        }

        public bool Holds((long Time, string Name) one) => _kept.Contains(one);
    }
}
