namespace Holdfast.Core.Catalog;

/// <summary>The catalog's unit of time, microseconds since 1970 UTC, to and from the framework's.</summary>
public static class CatalogTime
{
    public static DateTimeOffset FromMicros(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    public static long ToMicros(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static long ToMicros(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
