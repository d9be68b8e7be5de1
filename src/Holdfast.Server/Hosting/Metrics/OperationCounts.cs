using System.Diagnostics.Metrics;
using System.Globalization;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Hosting.Metrics;

/// <summary>The counts of one operation. Thread safe.</summary>
sealed class OperationCounts(OperationMetadata operation)
{
    const int FirstStatus = 100;
    const int Statuses = 500;

    readonly long[] _byStatus = new long[Statuses];
    long _bytesIn;
    long _bytesOut;

    /// <summary>Door and operation: bounded by the endpoints there are.</summary>
    public KeyValuePair<string, object?>[] Labels { get; } = [new("door", operation.Door.Name()), new("operation", operation.Name)];

    public long BytesIn => Volatile.Read(ref _bytesIn);

    public long BytesOut => Volatile.Read(ref _bytesOut);

    public void Add(RequestRecord request)
    {
        Interlocked.Increment(ref _byStatus[Math.Clamp(request.Status - FirstStatus, 0, Statuses - 1)]);
        if (request.BytesIn != 0)
            Interlocked.Add(ref _bytesIn, request.BytesIn);
        if (request.BytesOut != 0)
            Interlocked.Add(ref _bytesOut, request.BytesOut);
    }

    public IEnumerable<Measurement<long>> ByStatus()
    {
        for (var i = 0; i < Statuses; i++)
        {
            if (Volatile.Read(ref _byStatus[i]) is > 0 and var count)
                yield return new Measurement<long>(
                    count, [.. Labels, new("status", (FirstStatus + i).ToString(CultureInfo.InvariantCulture))]);
        }
    }
}
