namespace Holdfast.Bench.Results;

/// <summary>What one scenario measured.</summary>
public sealed record Row(string Name, string Work)
{
    public List<Figure> Figures { get; init; } = [];

    public List<Claim> Claims { get; init; } = [];

    /// <summary>Adds figures and shows them.</summary>
    public void Add(params IEnumerable<Figure> figures)
    {
        foreach (var figure in figures)
        {
            Figures.Add(figure);
            Console.WriteLine($"   {figure.Subject,-10} {figure.What}: {figure.Median:#,0.##} {figure.Unit}"
                + (figure.CpuSeconds is { } seconds ? $" ({seconds:0.0} CPU-s)" : ""));
        }
    }

    /// <summary>The median of a figure; null when that subject was not measured.</summary>
    public double? Median(string subject, string what) => Figures.Find(figure => figure.Subject == subject && figure.What == what)?.Median;

    /// <summary>Claims that holdfast's figure is at least so many times a peer's. Says nothing when the peer was not measured.</summary>
    public void ClaimRatio(string what, string peer, double bound)
    {
        if (Median("holdfast", what) is { } own && Median(peer, what) is { } other)
            Claims.Add(Claim.AtLeast($"{what}, times {peer}", own / other, bound));
    }
}
