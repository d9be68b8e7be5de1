namespace Holdfast.Core.Access;

/// <summary>Whether a right is given, and the rule that says so in words an operator can follow.</summary>
public readonly record struct Decision(bool IsAllowed, string Reason)
{
    public static Decision Allow(string reason) => new(true, reason);

    public static Decision Deny(string reason) => new(false, reason);
}
