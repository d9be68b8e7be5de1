namespace Holdfast.Core.Repositories.Retention;

/// <summary>
/// Which of the tags that match <paramref name="Tags"/> (patterns) are kept: all of them when nothing else is said, otherwise those that
/// are among the last <paramref name="KeepPushed"/> pushed or <paramref name="KeepPulled"/> pulled, or were pushed or pulled within an age.
/// A tag that any rule keeps, or that no rule matches, stays.
/// </summary>
public sealed record RetentionRule(
    IReadOnlyList<string> Tags, int? KeepPushed, int? KeepPulled, TimeSpan? PushedWithin, TimeSpan? PulledWithin)
{
    public const int MaxKept = 10_000;

    public const int MaxRules = 32;

    public bool KeepsAll => KeepPushed is null && KeepPulled is null && PushedWithin is null && PulledWithin is null;

    public bool Matches(string tag)
    {
        foreach (var pattern in Tags)
        {
            if (TagPattern.Matches(pattern, tag))
                return true;
        }
        return false;
    }
}
