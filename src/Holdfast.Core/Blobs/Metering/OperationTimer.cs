namespace Holdfast.Core.Blobs.Metering;

/// <summary>Times the operations of one backend and counts how they end. Thread safe.</summary>
sealed class OperationTimer(string backend, BlobMetrics metrics, TimeProvider time)
{
    public async ValueTask<T> RunAsync<T>(string operation, Func<ValueTask<T>> run)
    {
        var start = time.GetTimestamp();
        try
        {
            var result = await run();
            Note(operation, result is null or false ? "absent" : "ok", time.GetElapsedTime(start));
            return result;
        }
        catch (Exception fault)
        {
            Note(operation, BlobMetrics.Outcome(fault), time.GetElapsedTime(start));
            throw;
        }
    }

    public long Now => time.GetTimestamp();

    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    public void Note(string operation, string outcome, TimeSpan taken) => metrics.Operation(backend, operation, outcome, taken);

    public void Bytes(string direction, long count)
    {
        if (count > 0)
            metrics.Bytes(backend, direction, count);
    }
}
