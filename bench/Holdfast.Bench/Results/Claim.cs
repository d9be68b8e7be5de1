namespace Holdfast.Bench.Results;

/// <summary>A target and how near the measurement comes.</summary>
public sealed record Claim(string What, double Measured, string Target, bool Met)
{
    public static Claim AtLeast(string what, double measured, double bound, string unit = "") =>
        new(what, measured, $"≥ {bound:#,0.##}{unit}", measured >= bound);

    public static Claim AtMost(string what, double measured, double bound, string unit = "") =>
        new(what, measured, $"≤ {bound:#,0.##}{unit}", measured <= bound);
}
