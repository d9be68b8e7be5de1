using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Hosting.Errors;

/// <summary>Finds the dialect of a request: its endpoint's, else its door's.</summary>
sealed class DialectChoice
{
    readonly IErrorDialect[] _byDoor = new IErrorDialect[Doors.Count];

    public DialectChoice(IEnumerable<DoorDialect> dialects, ProblemDialect fallback)
    {
        Array.Fill(_byDoor, fallback);
        foreach (var (door, dialect) in dialects)
        {
            _byDoor[(int)door] = dialect;
            if (door == Door.S3)
                _byDoor[(int)Door.None] = dialect;
        }
    }

    public IErrorDialect For(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<DialectMetadata>()?.Dialect ?? _byDoor[(int)RequestTarget.Of(context).Door];
}
