namespace Holdfast.Bench.Load;

public enum RequestKind
{
    Head,
    Get,
    Put,

    /// <summary>A GET whose condition makes it 304.</summary>
    Unchanged,
}
