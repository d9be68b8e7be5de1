namespace Holdfast.TestKit.Durability;

/// <summary>What one request asked of one key, and how it ended, in terms of the key's state: the ETag of its object, or null.</summary>
/// <param name="Expects">The state it depends on; null: any.</param>
/// <param name="Leaves">The state after it; null: the state it found.</param>
public sealed record KeyOperation(string What, KeyState? Expects, KeyState? Leaves, KeyOutcome Outcome)
{
    /// <summary>Whether the operation can have ended as it did when it found <paramref name="state"/>, and what it left.</summary>
    public bool Fits(KeyState state, out KeyState next)
    {
        var holds = Expects is null || Expects == state;
        next = holds && Outcome != KeyOutcome.Refused ? Leaves ?? state : state;
        return Outcome switch
        {
            KeyOutcome.Done => holds,
            KeyOutcome.Refused => !holds,
            _ => true,
        };
    }

    public override string ToString() =>
        $"{What} expects {Expects?.ToString() ?? "any"}, leaves {Leaves?.ToString() ?? "the same"}: {Outcome}";
}

/// <summary>A key's state: the ETag of its object; null when there is none.</summary>
public readonly record struct KeyState(string? ETag)
{
    public static readonly KeyState Absent = new(null);

    public override string ToString() => ETag ?? "nothing";
}

public enum KeyOutcome
{
    /// <summary>Acknowledged.</summary>
    Done,

    /// <summary>The answer said that the condition did not hold.</summary>
    Refused,

    /// <summary>No answer came: carried out at some moment, or never.</summary>
    Unknown,

    /// <summary>Acknowledged: it took effect where the condition held, and had none where it did not.</summary>
    DoneIfExpected,
}
