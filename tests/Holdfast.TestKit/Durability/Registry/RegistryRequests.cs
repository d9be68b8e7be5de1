using System.Collections.Concurrent;
using System.Net;

namespace Holdfast.TestKit.Durability.Registry;

/// <summary>
/// How one worker asks: any of its nodes each time, and every answer that is not foreseen is a fault. Not thread safe but for the faults.
/// </summary>
public sealed class RegistryRequests(IReadOnlyList<OciCaller> nodes, Dice dice)
{
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Whether the server may be killed under way; otherwise no answer is a fault.</summary>
    public bool MayBeKilled { get; init; }

    /// <summary>The answer; null when none came.</summary>
    /// <param name="foreseen">None: any that is a success.</param>
    public async Task<OciReply?> AskAsync(
        HttpMethod method, string target, HttpContent? body, CancellationToken ct, params IReadOnlyList<HttpStatusCode> foreseen)
    {
        var reply = await dice.Pick(nodes).TryAsync(method, target, ct, body);
        if (reply is null && !MayBeKilled)
            Faults.Enqueue($"{method} {target} was not answered");
        if (reply is not null && !(foreseen.Count == 0 ? reply.IsSuccess : foreseen.Contains(reply.Status)))
            Faults.Enqueue($"{method} {target} was answered with {(int)reply.Status}: {reply.Text}");
        return reply;
    }

    /// <summary>Sends what need not come to an answer.</summary>
    public Task<OciReply?> TryAsync(HttpMethod method, string target, HttpContent? body, CancellationToken ct) =>
        dice.Pick(nodes).TryAsync(method, target, ct, body);

    /// <summary>
    /// Like <see cref="AskAsync"/> with GET, of what may be deleted and collected while it is read: without a grace age the answer
    /// may break off then.
    /// </summary>
    public async Task<OciReply?> ReadAsync(string target, CancellationToken ct)
    {
        var reply = await dice.Pick(nodes).TryAsync(HttpMethod.Get, target, ct);
        if (reply is not null && reply.Status is not (HttpStatusCode.OK or HttpStatusCode.NotFound))
            Faults.Enqueue($"GET {target} was answered with {(int)reply.Status}: {reply.Text}");
        return reply;
    }
}
