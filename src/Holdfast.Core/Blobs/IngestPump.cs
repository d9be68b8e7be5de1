using System.Buffers;

namespace Holdfast.Core.Blobs;

/// <summary>
/// Moves a long body through two buffers: while one is filled from the network, the other is written and goes through every lane of
/// <paramref name="hasher"/> at the same time. MD5 is the slowest by half, so an upload takes about as long as MD5 alone.
/// </summary>
sealed class IngestPump(BodySource source, ContentHasher hasher, BlobWriter writer)
{
    // Two of them are the memory of a transfer. Half as much costs a few percent in hand-overs; twice as much gains nothing.
    internal const int BufferBytes = 512 * 1024;

    public async ValueTask RunAsync(CancellationToken ct)
    {
        var filling = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var working = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var work = Task.CompletedTask;
        try
        {
            while (!source.Ended)
            {
                var filled = await source.FillAsync(filling.AsMemory(0, BufferBytes), work, ct);
                await work;
                (filling, working) = (working, filling);
                work = ProcessAsync(working.AsMemory(0, filled), ct);
            }

            await work;
        }
        finally
        {
            // The buffers are in use until the work is done, however the loop was left.
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(working);
        }
    }

    async Task ProcessAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (bytes.IsEmpty)
            return;
        var running = new Task[hasher.Lanes + 1];
        for (var lane = 0; lane < hasher.Lanes; lane++)
            running[lane] = HashWork.Start(hasher, lane, bytes);
        running[^1] = WriteAsync(bytes, ct);
        await Task.WhenAll(running);
    }

    async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) =>
        await writer.WriteAsync(new ReadOnlySequence<byte>(bytes), ct);

    /// <summary>One buffer through one lane, on the thread pool.</summary>
    sealed class HashWork(ContentHasher hasher, int lane, ReadOnlyMemory<byte> bytes) : IThreadPoolWorkItem
    {
        readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static Task Start(ContentHasher hasher, int lane, ReadOnlyMemory<byte> bytes)
        {
            var work = new HashWork(hasher, lane, bytes);
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
            return work._done.Task;
        }

        public void Execute()
        {
            try
            {
                hasher.Append(lane, bytes.Span);
                _done.SetResult();
            }
            catch (Exception fault)
            {
                _done.SetException(fault);
            }
        }
    }
}
