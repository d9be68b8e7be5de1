using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Xml.Linq;

namespace Holdfast.TestKit.Durability;

/// <summary>
/// What one worker does to the keys, each request chosen by its dice and recorded in the histories. A request without an answer is recorded
/// as such; whatever else is wrong goes into <see cref="Faults"/>.
/// </summary>
public sealed class KeyWorkload(
    S3Caller caller, string bucket, IReadOnlyDictionary<string, KeyHistory> histories, KnownContents contents, Dice dice)
{
    const int PartSize = 5 << 20;

    static readonly byte[][] FirstParts = [new Dice(1).Bytes(PartSize), new Dice(2).Bytes(PartSize)];
    static readonly byte[][] Shared = [.. new[] { 10, 3000, 16 * 1024, 70_000, 300_000 }.Select(
        (size, i) => new Dice((ulong)(i + 10)).Bytes(size))];

    readonly string[] _keys = [.. histories.Keys];

    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Whether 503 may be answered; it is then taken for no answer, for it does not say what became of the request.</summary>
    public bool MayBeRefused { get; init; }

    /// <summary>How many requests were answered with 503.</summary>
    public int Refused { get; private set; }

    /// <summary>One request, or for a multipart upload a handful. False when the server did not answer.</summary>
    public async Task<bool> StepAsync(CancellationToken ct)
    {
        var refused = Refused;
        return await TryStepAsync(ct) || Refused > refused;
    }

    Task<bool> TryStepAsync(CancellationToken ct) => dice.Next(100) switch
    {
        < 20 => GetAsync(dice.Pick(_keys), ct),
        < 42 => PutAsync(NewContent(), null, ct),
        < 54 => PutAsync(NewContent(), KeyState.Absent, ct),
        < 66 => PutOverKnownAsync(ct),
        < 79 => DeleteAsync(ct),
        < 89 => CopyAsync(ct),
        < 92 => MultipartAsync(ct),
        < 96 => GiveUpOnAPutAsync(ct),
        _ => TearAPutAsync(ct),
    };

    /// <summary>Reads a key whole, compares every byte, and says what is there.</summary>
    public async Task<bool> GetAsync(string key, CancellationToken ct)
    {
        var entry = histories[key].Begin();
        if (await AnswerAsync(() => caller.GetAsync(PathOf(key), ct), $"GET {key}", HttpStatusCode.OK, HttpStatusCode.NotFound)
            is not { } reply)
            return false;
        if (reply.IsSuccess && contents.FindDifference(reply.ETag, reply.Body) is { } difference)
            Faults.Enqueue($"GET {key}: {difference}");
        if (reply.IsSuccess || reply.Status == HttpStatusCode.NotFound)
            entry.End(new KeyOperation("GET", new KeyState(reply.IsSuccess ? reply.ETag : null), null, KeyOutcome.Done));
        return true;
    }

    async Task<bool> PutOverKnownAsync(CancellationToken ct)
    {
        var key = dice.Pick(_keys);
        return await LookAsync(key, ct) is { } etag
            ? await PutAsync(key, NewContent(), new KeyState(etag), ct)
            : await PutAsync(key, NewContent(), null, ct);
    }

    Task<bool> PutAsync(byte[] content, KeyState? expects, CancellationToken ct) => PutAsync(dice.Pick(_keys), content, expects, ct);

    Task<bool> PutAsync(string key, byte[] content, KeyState? expects, CancellationToken ct)
    {
        var etag = contents.Add(content.AsSpan());
        return WriteAsync("PUT", key, expects, etag, () => caller.PutAsync(PathOf(key), content, ct, Condition(expects)));
    }

    Task<bool> DeleteAsync(CancellationToken ct)
    {
        var key = dice.Pick(_keys);
        return WriteAsync("DELETE", key, null, null, () => caller.DeleteAsync(PathOf(key), ct));
    }

    /// <summary>Copies what was just seen at another key and nothing else, so that the outcome is known even without an answer.</summary>
    async Task<bool> CopyAsync(CancellationToken ct)
    {
        var (from, to) = (dice.Pick(_keys), dice.Pick(_keys));
        if (from == to || await LookAsync(from, ct) is not { } etag)
            return true;
        var source = histories[from].Begin();
        var target = histories[to].Begin();
        var reply = await AnswerAsync(
            () => caller.PutAsync(PathOf(to), [], ct, ("x-amz-copy-source", PathOf(from)), ("x-amz-copy-source-if-match", $"\"{etag}\"")),
            $"COPY {from} to {to}", HttpStatusCode.OK, HttpStatusCode.PreconditionFailed, HttpStatusCode.NotFound, HttpStatusCode.Conflict);
        if (reply is null || reply.IsSuccess)
            target.End(
                new KeyOperation($"COPY from {from}", null, new KeyState(etag), reply is null ? KeyOutcome.Unknown : KeyOutcome.Done));
        if (reply is not null && reply.Status != HttpStatusCode.Conflict)
            source.End(new KeyOperation($"COPY to {to}", new KeyState(etag), null, reply.IsSuccess ? KeyOutcome.Done : KeyOutcome.Refused));
        return reply is not null;
    }

    async Task<bool> MultipartAsync(CancellationToken ct)
    {
        var key = dice.Pick(_keys);
        var expects = dice.Next(2) == 0 ? KeyState.Absent : (KeyState?)null;
        byte[][] parts = [dice.Pick(FirstParts), dice.Bytes(1 + dice.Next(100_000))];
        var etag = contents.Add(parts);
        var begun = await AnswerAsync(
            () => caller.SendAsync(HttpMethod.Post, PathOf(key), ct, "uploads"), $"CREATE {key}", HttpStatusCode.OK);
        if (begun is null)
            return false;
        var upload = Uri.EscapeDataString(UploadIdOf(begun));
        var list = "";
        for (var number = 1; number <= parts.Length; number++)
        {
            var content = parts[number - 1];
            var query = $"partNumber={number}&uploadId={upload}";
            var stored = await AnswerAsync(
                () => caller.SendAsync(HttpMethod.Put, PathOf(key), ct, query, body: new ByteArrayContent(content)),
                $"PART {key}",
                HttpStatusCode.OK);
            if (stored is null)
                return false;
            list += $"<Part><PartNumber>{number}</PartNumber><ETag>\"{stored.ETag}\"</ETag></Part>";
        }

        var headers = Condition(expects).ToDictionary(h => h.Name, h => h.Value);
        return await WriteAsync("COMPLETE", key, expects, etag, () => caller.SendAsync(
            HttpMethod.Post, PathOf(key), ct, $"uploadId={upload}", headers,
            new StringContent($"<CompleteMultipartUpload>{list}</CompleteMultipartUpload>")));
    }

    /// <summary>Stops waiting for an answer at some moment: the request may or may not have been carried out, or may still be.</summary>
    async Task<bool> GiveUpOnAPutAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromMilliseconds(dice.Next(20)));
        await PutAsync(NewContent(), null, patience.Token);
        return !ct.IsCancellationRequested;
    }

    /// <summary>Breaks off in the middle of a body: nothing of it may ever be seen, and its ETag is never made known.</summary>
    async Task<bool> TearAPutAsync(CancellationToken ct)
    {
        var content = dice.Bytes(20_000 + dice.Next(200_000));
        var path = PathOf(dice.Pick(_keys));
        try
        {
            var reply = await caller.SendAsync(HttpMethod.Put, path, ct, body: new TornContent(content, dice.Next(content.Length)));
            if (reply.IsSuccess)
                Faults.Enqueue($"a torn body was taken at {path}");
        }
        catch (Exception torn) when (IsNoAnswer(torn))
        {
            // What was meant to happen.
        }

        return !ct.IsCancellationRequested;
    }

    async Task<bool> WriteAsync(string what, string key, KeyState? expects, string? etag, Func<Task<S3Reply>> send)
    {
        var entry = histories[key].Begin();
        HttpStatusCode[] refusals = expects is null
            ? []
            : [HttpStatusCode.PreconditionFailed, HttpStatusCode.NotFound, HttpStatusCode.Conflict];
        var reply = await AnswerAsync(send, $"{what} {key}", [HttpStatusCode.OK, HttpStatusCode.NoContent, .. refusals]);
        KeyOutcome? outcome = reply switch
        {
            null => KeyOutcome.Unknown,
            { IsSuccess: true } => KeyOutcome.Done,
            { Status: HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound } => KeyOutcome.Refused,
            _ => null,
        };
        if (outcome is { } ended)
            entry.End(new KeyOperation(what, expects, new KeyState(etag), ended));
        return reply is not null;
    }

    /// <summary>The ETag at a key now; null when there is none or no answer.</summary>
    async Task<string?> LookAsync(string key, CancellationToken ct)
    {
        var reply = await AnswerAsync(
            () => caller.SendAsync(HttpMethod.Head, PathOf(key), ct), $"HEAD {key}", HttpStatusCode.OK, HttpStatusCode.NotFound);
        return reply is { IsSuccess: true } ? reply.ETag : null;
    }

    /// <summary>The answer; null when none came. A status that is not among the foreseen is a fault.</summary>
    async Task<S3Reply?> AnswerAsync(Func<Task<S3Reply>> send, string what, params HttpStatusCode[] foreseen)
    {
        try
        {
            var reply = await send();
            if (MayBeRefused && reply.Status == HttpStatusCode.ServiceUnavailable)
            {
                Refused++;
                return null;
            }

            if (!foreseen.Contains(reply.Status))
                Faults.Enqueue($"{what} was answered with {(int)reply.Status}: {reply.Text}");
            return reply;
        }
        catch (Exception broken) when (IsNoAnswer(broken))
        {
            return null;
        }
    }

    // The client lets a bare SocketException through when a connection ends at the moment it was made.
    static bool IsNoAnswer(Exception fault) =>
        fault is HttpRequestException or IOException or OperationCanceledException or SocketException;

    byte[] NewContent() => dice.Next(20) switch
    {
        < 5 => dice.Pick(Shared),
        < 13 => dice.Bytes(1 + dice.Next(16 * 1024)),
        < 19 => dice.Bytes(16 * 1024 + dice.Next(200_000)),
        _ => dice.Bytes(1 << 20),
    };

    string PathOf(string key) => $"/{bucket}/{key}";

    static (string Name, string Value)[] Condition(KeyState? expects) => expects switch
    {
        null => [],
        { ETag: null } => [("if-none-match", "*")],
        { ETag: var etag } => [("if-match", $"\"{etag}\"")],
    };

    static string UploadIdOf(S3Reply begun) =>
        XDocument.Parse(begun.Text).Descendants().First(element => element.Name.LocalName == "UploadId").Value;
}
