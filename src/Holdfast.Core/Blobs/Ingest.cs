using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Holdfast.Core.Blobs.Metering;

namespace Holdfast.Core.Blobs;

/// <summary>
/// The only place that hashes and verifies what comes in. One pass, bounded memory: the content is either short and stays in memory, or
/// goes to <paramref name="store"/> while it is hashed; <paramref name="metrics"/> times both. Thread safe.
/// </summary>
public sealed class Ingest(IBlobStore store, IngestMetrics? metrics = null)
{
    /// <summary>
    /// From this length on the hashes run side by side with each other and with the write: below, changing threads costs more than it
    /// gains.
    /// </summary>
    internal const long SideBySideBytes = 1L << 20;

    /// <summary>
    /// Reads <paramref name="body"/> to its end without completing it. Throws EntityTooLarge, IncompleteBody, ContentSha256Mismatch,
    /// ContentDigestMismatch, what the store throws, and whatever the reader throws when the client goes away; then nothing is left
    /// of it. The caller disposes what it gets.
    /// </summary>
    public async ValueTask<Received> ReceiveAsync(PipeReader body, IngestRequest request, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var received = await ReceiveAnyAsync(body, request, ct);
        metrics?.Received(started, received.IsInline);
        return received;
    }

    async ValueTask<Received> ReceiveAnyAsync(PipeReader body, IngestRequest request, CancellationToken ct)
    {
        request.CheckDeclaredLength();
        var source = new BodySource(body, request);
        if (request.Length > request.InlineBytes)
            return await ReceiveBlobAsync(source, request, default, ct);

        var start = ArrayPool<byte>.Shared.Rent((int)Math.Min(request.Length ?? long.MaxValue, request.InlineBytes));
        try
        {
            var room = start.AsMemory(0, Math.Min(start.Length, request.InlineBytes));
            var filled = await source.FillAsync(room, null, ct);
            if (!await source.EndsHereAsync(ct))
                return await ReceiveBlobAsync(source, request, room[..filled], ct);
            var inline = Inline(start, filled, request);
            start = null;
            return inline;
        }
        finally
        {
            if (start is not null)
                ArrayPool<byte>.Shared.Return(start);
        }
    }

    static Received Inline(byte[] pooled, int length, IngestRequest request)
    {
        var content = pooled.AsSpan(0, length);
        var sums = ChunkSums.Of(content);
        var hashes = ContentHasher.Of(content, request.Wanted, sums);
        request.Check(length, hashes);
        request.Running?.Append(content);
        return new Received(hashes, sums, length, pooled);
    }

    async ValueTask<Received> ReceiveBlobAsync(BodySource source, IngestRequest request, ReadOnlyMemory<byte> start, CancellationToken ct)
    {
        using var hasher = new ContentHasher(request.Wanted, request.Running);
        var writer = await store.CreateAsync(new WriteHint(request.Sha256, request.Length), ct);
        try
        {
            await StoreAsync(source, request, hasher, writer, start, ct);
            var hashes = hasher.Finish();
            request.Check(source.Received, hashes);
            return new Received(hashes, hasher.Sums, source.Received, writer);
        }
        catch
        {
            await writer.DisposeAsync();
            throw;
        }
    }

    static async ValueTask StoreAsync(
        BodySource source, IngestRequest request, ContentHasher hasher, BlobWriter writer, ReadOnlyMemory<byte> start, CancellationToken ct)
    {
        async ValueTask StraightAsync(ReadOnlySequence<byte> bytes, CancellationToken ct)
        {
            foreach (var segment in bytes)
                hasher.Append(segment.Span);
            await writer.WriteAsync(bytes, ct);
        }

        if (!start.IsEmpty)
            await StraightAsync(new ReadOnlySequence<byte>(start), ct);
        Func<ReadOnlySequence<byte>, CancellationToken, ValueTask> straight = StraightAsync;
        var large = request.Length >= SideBySideBytes;
        while (!source.Ended && !large)
        {
            await source.PassOnAsync(straight, ct);
            large = source.Received >= SideBySideBytes && request.Length is null;
        }

        if (!source.Ended)
            await new IngestPump(source, hasher, writer).RunAsync(ct);
    }
}
