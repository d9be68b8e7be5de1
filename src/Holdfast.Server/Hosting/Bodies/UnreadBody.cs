using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Hosting.Bodies;

/// <summary>
/// What happens to a body that nobody read when the answer begins (HTTP/1.1; design.md, section 8). The framework would take the client's
/// next request for the rest of it, so the connection closes. A client that is sending already has a little of its body discarded first,
/// so that it comes to reading the answer; one that expects "100 Continue" sends nothing and is answered at once.
/// </summary>
sealed class UnreadBody(HttpContext context, RequestBody body, TimeProvider clock)
{
    const long MaxDiscardedBytes = 1 << 20;

    /// <summary>To be called before the answer's first byte.</summary>
    public static Task SettleAsync(object unread) => ((UnreadBody)unread).SettleAsync();

    async Task SettleAsync()
    {
        if (body.IsComplete)
            return;
        var isWaiting = !body.HasBegun && context.Request.Headers.Expect.Count > 0;
        var isLate = !isWaiting && !body.IsHeld && !body.HasStalled && await DiscardAsync();
        if (isLate || !body.IsComplete)
            context.Response.Headers.Connection = "close";
    }

    /// <returns>The time was over.</returns>
    async Task<bool> DiscardAsync()
    {
        var isLate = false;
        // Not by a token: a read that a token ended counts as still going on, and the framework's own draining fails over it.
        await using var limit = clock.CreateTimer(_ => End(), null, body.DiscardTime, Timeout.InfiniteTimeSpan);
        var stop = body.BytesRead + MaxDiscardedBytes;
        try
        {
            while (!Volatile.Read(ref isLate) && !body.IsComplete && body.BytesRead < stop)
            {
                var read = await body.ReadAsync(CancellationToken.None);
                body.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or StoreException or InvalidOperationException)
        {
            // Gone, not HTTP, or somebody has ended the reader: the connection closes, which is all that matters here.
        }

        return Volatile.Read(ref isLate);

        void End()
        {
            Volatile.Write(ref isLate, true);
            body.CancelPendingRead();
        }
    }
}
