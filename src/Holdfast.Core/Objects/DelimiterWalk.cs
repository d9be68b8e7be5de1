namespace Holdfast.Core.Objects;

/// <summary>
/// Where a listing looks next when it groups keys by a delimiter (S3 user guide, "Organizing objects using prefixes"). Bounds are byte
/// strings; a null upper bound is the end of the table.
/// </summary>
sealed class DelimiterWalk
{
    readonly byte[] _prefix;
    readonly byte[] _delimiter;
    byte[]? _skipped;

    public DelimiterWalk(byte[] prefix, byte[] delimiter, byte[]? after)
    {
        _prefix = prefix;
        _delimiter = delimiter;
        End = SuccessorOf(prefix);
        From = prefix;
        if (after is null)
            return;
        // A page may have ended on a common prefix: what lies under it was shown.
        if (delimiter.Length > 0 && after.AsSpan().EndsWith(delimiter)
            && PrefixOf(after) is { } common && common.AsSpan().SequenceEqual(after))
            Skip(common);
        var next = _skipped is null ? NextKeyAfter(after) : SuccessorOf(_skipped);
        From = next is null ? null : next.AsSpan().SequenceCompareTo(prefix) > 0 ? next : prefix;
        if (From is not null && End is not null && From.AsSpan().SequenceCompareTo(End) >= 0)
            From = null;
    }

    /// <summary>The first key to look at; null when nothing can follow.</summary>
    public byte[]? From { get; private set; }

    /// <summary>The first key that no longer matches the prefix; null when there is none.</summary>
    public byte[]? End { get; }

    /// <summary>The common prefix a key is grouped under; null when it stands for itself.</summary>
    public byte[]? PrefixOf(byte[] key)
    {
        if (_delimiter.Length == 0 || key.Length < _prefix.Length)
            return null;
        var at = key.AsSpan(_prefix.Length).IndexOf(_delimiter);
        return at < 0 ? null : key[..(_prefix.Length + at + _delimiter.Length)];
    }

    public void Skip(byte[] common) => _skipped = common;

    public bool IsSkipped(byte[] key) => _skipped is not null && key.AsSpan().StartsWith(_skipped);

    /// <summary>How many rows to fetch first for a page of <paramref name="max"/> and the one behind it.</summary>
    public int StepFor(int max) => _delimiter.Length == 0 ? max + 1 : 1;

    /// <summary>
    /// How many rows to fetch behind <paramref name="lastSeen"/>, when <paramref name="used"/> of the last ones were of use: as many where
    /// a prefix began, because whole prefixes may follow each other, and twice as many behind a key.
    /// </summary>
    public int StepAfter(int used, byte[] lastSeen, int max) =>
        _delimiter.Length == 0 ? max + 1 : Math.Clamp(IsSkipped(lastSeen) ? used : 2 * used, 1, max + 1);

    /// <summary>Moves behind the rows just seen; true when that was a step over a common prefix.</summary>
    public bool Advance(byte[] lastSeen)
    {
        var steps = IsSkipped(lastSeen);
        From = steps ? SuccessorOf(_skipped!) : NextKeyAfter(lastSeen);
        return steps;
    }

    static byte[] NextKeyAfter(byte[] key)
    {
        var next = new byte[key.Length + 1];
        key.CopyTo(next, 0);
        return next;
    }

    /// <summary>The smallest byte string greater than everything that begins with <paramref name="prefix"/>; null when none is.</summary>
    public static byte[]? SuccessorOf(ReadOnlySpan<byte> prefix)
    {
        var length = prefix.Length;
        while (length > 0 && prefix[length - 1] == 0xFF)
            length--;
        if (length == 0)
            return null;
        var next = prefix[..length].ToArray();
        next[^1]++;
        return next;
    }
}
