using System.Diagnostics.Metrics;
using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Metering;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Core.Tests.Blobs.Metering;

public sealed class MeteringBlobStoreTests : BlobStoreSuite
{
    readonly BlobMetrics _metrics = new();
    readonly FaultyBlobStore _faulty = new(new MemoryBlobStore());
    readonly MeterListener _listener = new();
    readonly List<string> _counted = [];
    readonly string _backend = Guid.NewGuid().ToString("n");
    int _durations;

    protected override ValueTask<IBlobStore> OpenStoreAsync()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == BlobMetrics.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Note(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) => NoteDuration(value, tags));
        _listener.Start();
        return ValueTask.FromResult<IBlobStore>(new MeteringBlobStore(_faulty, _backend, _metrics, TimeProvider.System));
    }

    protected override ValueTask CloseStoreAsync()
    {
        _listener.Dispose();
        _metrics.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_operation_is_counted_with_its_outcome_and_bytes_with_their_direction()
    {
        var info = await PutAsync(TestBytes.Of(5000));
        await ReadAsync(info, new ByteRange(0, 1000));
        await Store.DeleteAsync(info.Location, Ct);
        await Store.DeleteAsync(info.Location, Ct);
        await Store.FindAsync(info.Location, Ct);
        await ListAsync(null);

        Assert.Equal(
            [
                "create ok 1", "commit ok 1", "write ok 1", "in 5000", "open ok 1", "read ok 1", "out 1000",
                "delete ok 1", "delete absent 1", "find absent 1", "list ok 1",
            ],
            _counted);
        Assert.Equal(9, _durations);
    }

    [Theory]
    [InlineData(BlobOperation.Create, "create")]
    [InlineData(BlobOperation.Write, "write")]
    [InlineData(BlobOperation.Commit, "commit")]
    public async Task A_refusal_is_counted_under_its_name_and_passed_on(BlobOperation operation, string name)
    {
        _faulty.Fail(operation, new StoreException(StoreError.StorageFull, "no room"));

        var refusal = await Assert.ThrowsAsync<StoreException>(() => PutAsync(TestBytes.Of(10)));

        Assert.Equal("no room", refusal.Message);
        Assert.Contains($"{name} StorageFull 1", _counted);
    }

    [Fact]
    public async Task A_failed_read_is_counted_once()
    {
        var info = await PutAsync(TestBytes.Of(10));
        _faulty.Fail(BlobOperation.Read, new InvalidOperationException("broken"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(info, ByteRange.All(10)));

        Assert.Contains("read fault 1", _counted);
    }

    void Note(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if ((string?)tags[0].Value == _backend)
            _counted.Add(string.Join(' ', tags[1..].ToArray().Select(t => t.Value).Append(value)));
    }

    void NoteDuration(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Assert.True(seconds >= 0);
        if ((string?)tags[0].Value == _backend)
            _durations++;
    }
}
