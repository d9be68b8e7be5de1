using System.Runtime.CompilerServices;

namespace Holdfast.Core.Blobs.Metering;

/// <summary>Counts and times what <paramref name="inner"/> does, under the name of its backend; changes nothing. Thread safe.</summary>
public sealed class MeteringBlobStore(IBlobStore inner, string backend, BlobMetrics metrics, TimeProvider time) : IBlobStore
{
    readonly OperationTimer _timer = new(backend, metrics, time);

    public ValueTask<BlobInfo?> FindAsync(BlobLocation at, CancellationToken ct) => _timer.RunAsync("find", () => inner.FindAsync(at, ct));

    public async ValueTask<BlobReader?> OpenAsync(BlobLocation at, ByteRange range, CancellationToken ct) =>
        await _timer.RunAsync("open", () => inner.OpenAsync(at, range, ct)) is { } reader ? new MeteringBlobReader(reader, _timer) : null;

    public async ValueTask<BlobWriter> CreateAsync(WriteHint hint, CancellationToken ct) =>
        new MeteringBlobWriter(await _timer.RunAsync("create", () => inner.CreateAsync(hint, ct)), _timer);

    public ValueTask<bool> DeleteAsync(BlobLocation at, CancellationToken ct) => _timer.RunAsync("delete", () => inner.DeleteAsync(at, ct));

    public async IAsyncEnumerable<BlobInfo> ListAsync(string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        // A listing takes as long as its consumer, so it is counted without a meaningful time.
        _timer.Note("list", "ok", TimeSpan.Zero);
        await foreach (var blob in inner.ListAsync(after, ct))
            yield return blob;
    }
}
