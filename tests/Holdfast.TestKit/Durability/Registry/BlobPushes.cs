using System.Net;

namespace Holdfast.TestKit.Durability.Registry;

/// <summary>The ways in which one worker brings a blob into a repository, chosen by its dice.</summary>
public sealed class BlobPushes(RegistryRequests requests, RegistryHistory history, Dice dice)
{
    /// <summary>True when it was acknowledged, false when it was not, null when no answer came.</summary>
    public Task<bool?> PushAsync(RegistryRepository repository, RegistryBlob blob, CancellationToken ct) => dice.Next(8) switch
    {
        < 2 => CommitAsync(
            repository, blob, HttpMethod.Post, $"{Uploads(repository)}?digest={blob.Digest}", OciCaller.Body(blob.Bytes), ct),
        < 4 => PushInTwoAsync(repository, blob, Uploads(repository), ct),
        < 6 => PushInChunksAsync(repository, blob, ct),
        _ => MountAsync(repository, blob, ct),
    };

    /// <summary>With <c>from</c> or without; what cannot be mounted is sent.</summary>
    public Task<bool?> MountAsync(RegistryRepository repository, RegistryBlob blob, CancellationToken ct)
    {
        var from = dice.Next(2) == 0 ? $"&from={dice.Pick(history.Repositories).Name}" : "";
        return PushInTwoAsync(repository, blob, $"{Uploads(repository)}?mount={blob.Digest}{from}", ct);
    }

    /// <summary>Begins an upload, sends some of it, and leaves it there or gives it up.</summary>
    public async Task<bool?> BeginAsync(RegistryRepository repository, RegistryBlob blob, CancellationToken ct)
    {
        if (await SendChunksAsync(repository, blob, blob.Bytes.Length / 2, ct) is not { } upload)
            return null;
        if (dice.Next(2) == 0)
            return false;
        history.Uploads.TryRemove(upload.Location, out _);
        return await requests.AskAsync(HttpMethod.Delete, upload.Location, null, ct) is null ? null : false;
    }

    /// <summary>Breaks off in the middle of a body: nothing of it may ever count.</summary>
    public async Task<bool?> TearAsync(RegistryRepository repository, RegistryBlob blob, CancellationToken ct)
    {
        if (await requests.AskAsync(HttpMethod.Post, Uploads(repository), null, ct) is not { Location: { } location })
            return null;
        var torn = new TornContent(blob.Bytes, dice.Next(blob.Bytes.Length));
        if (await requests.TryAsync(HttpMethod.Patch, location, torn, ct) is { IsSuccess: true })
            requests.Faults.Enqueue($"a torn body was taken at {location}");
        if (await requests.AskAsync(HttpMethod.Get, location, null, ct) is not { } state)
            return null;
        if (state.Received != 0)
            requests.Faults.Enqueue($"{state.Received} bytes of a torn body are counted at {location}");
        return await requests.AskAsync(HttpMethod.Delete, location, null, ct) is null ? null : false;
    }

    /// <summary>Sends the rest of an upload, of which so much was received, and finishes it.</summary>
    public Task<bool?> FinishAsync(OpenUpload upload, int received, CancellationToken ct)
    {
        history.Uploads.TryRemove(upload.Location, out _);
        var rest = OciCaller.Body(upload.Blob.Bytes.AsMemory(received));
        return CommitAsync(
            upload.Repository, upload.Blob, HttpMethod.Put, $"{upload.Location}?digest={upload.Blob.Digest}", rest, ct);
    }

    async Task<bool?> PushInTwoAsync(RegistryRepository repository, RegistryBlob blob, string target, CancellationToken ct)
    {
        // A mount that succeeds is the whole push.
        var begun = await RecordAsync(repository, blob, () => requests.AskAsync(HttpMethod.Post, target, null, ct));
        if (begun is not { Status: HttpStatusCode.Accepted, Location: { } location })
            return begun?.IsSuccess;
        return await CommitAsync(
            repository, blob, HttpMethod.Put, $"{location}?digest={blob.Digest}", OciCaller.Body(blob.Bytes), ct);
    }

    async Task<bool?> PushInChunksAsync(RegistryRepository repository, RegistryBlob blob, CancellationToken ct)
    {
        // The last chunk may come with the request that finishes.
        var enough = dice.Next(2) == 0 ? blob.Bytes.Length : blob.Bytes.Length / 2;
        return await SendChunksAsync(repository, blob, enough, ct) is { } upload
            ? await FinishAsync(upload, upload.Acknowledged, ct)
            : null;
    }

    /// <summary>Begins an upload and sends chunks until enough bytes are there; null when an answer did not come.</summary>
    async Task<OpenUpload?> SendChunksAsync(RegistryRepository repository, RegistryBlob blob, int enough, CancellationToken ct)
    {
        if (await requests.AskAsync(HttpMethod.Post, Uploads(repository), null, ct) is not { Location: { } location })
            return null;
        var size = blob.Bytes.Length;
        var upload = new OpenUpload(repository, location, blob, 0, 0);
        while (upload.Acknowledged < enough)
        {
            var at = upload.Acknowledged;
            // Two bytes at least, so that what was received is told without doubt.
            var next = size - at < 4 ? size : at + 2 + dice.Next(size - at - 2);
            history.Uploads[location] = upload with { Sent = next };
            var chunk = OciCaller.Body(blob.Bytes.AsMemory(at, next - at));
            if (dice.Next(2) == 0)
                chunk.Headers.TryAddWithoutValidation("Content-Range", $"{at}-{next - 1}");
            if (await requests.AskAsync(HttpMethod.Patch, location, chunk, ct, HttpStatusCode.Accepted) is not { IsSuccess: true } reply)
                return null;
            if (reply.Received != next)
                requests.Faults.Enqueue($"{location} received {next} bytes and says {reply.Received}");
            history.Uploads[location] = upload = upload with { Acknowledged = next, Sent = next };
        }
        return upload;
    }

    async Task<bool?> CommitAsync(
        RegistryRepository repository, RegistryBlob blob, HttpMethod method, string target, HttpContent body, CancellationToken ct) =>
        (await RecordAsync(repository, blob, () => requests.AskAsync(method, target, body, ct, HttpStatusCode.Created)))?.IsSuccess;

    async Task<OciReply?> RecordAsync(RegistryRepository repository, RegistryBlob blob, Func<Task<OciReply?>> send)
    {
        var entry = history.Of(repository, blob.Digest)?.Begin();
        var reply = await send();
        if (reply is null || reply.Status == HttpStatusCode.Created)
            entry?.End(new KeyOperation("PUSH", null, RegistryHistory.There, reply is null ? KeyOutcome.Unknown : KeyOutcome.Done));
        return reply;
    }

    static string Uploads(RegistryRepository repository) => $"/v2/{repository.Name}/blobs/uploads/";
}
