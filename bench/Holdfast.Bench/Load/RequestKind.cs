namespace Holdfast.Bench.Load;

public enum RequestKind
{
    Head,
    Get,
    Put,
}
