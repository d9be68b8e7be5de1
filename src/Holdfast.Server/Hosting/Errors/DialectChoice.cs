using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Hosting.Errors;

/// <summary>Finds the dialect of a request: its endpoint's, else its door's.</summary>
sealed class DialectChoice
{
    readonly IErrorDialect[] _byDoor = new IErrorDialect[Doors.Count];

    public DialectChoice(IEnumerable<DoorDialect> dialects, ProblemDialect fallback)
    {
        var known = dialects.ToDictionary(dialect => dialect.Door, dialect => dialect.Dialect);
        Array.Fill(_byDoor, fallback);
        if (known.TryGetValue(Door.S3, out var s3))
            _byDoor[(int)Door.None] = s3;
        foreach (var (door, dialect) in known)
            _byDoor[(int)door] = dialect;
    }

    public IErrorDialect For(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<DialectMetadata>()?.Dialect ?? _byDoor[(int)RequestTarget.Of(context).Door];
}
