using System.Net;

namespace Holdfast.TestKit.Durability.Registry;

/// <summary>
/// How one worker puts manifests: what a manifest names may have been collected since it was pushed, so a refusal that says so is met by
/// pushing it again, as clients do.
/// </summary>
public sealed class ManifestPushes(RegistryRequests requests, BlobPushes blobs, RegistryHistory history, Dice dice)
{
    // Each of them loses a race against collection.
    const int MaxAttempts = 200;

    /// <summary>True when it was acknowledged; null when no answer came.</summary>
    public async Task<bool?> PushAsync(
        RegistryRepository repository, RegistryManifest manifest, IReadOnlyList<string> tags, CancellationToken ct)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // Much is there already: some clients look first, others send.
            if ((attempt > 0 || dice.Next(3) > 0) && await BringAsync(repository, manifest, ct) is null)
                return null;
            if (await PutAsync(repository, manifest, tags, ct) is not { } reply)
                return null;
            if (reply.IsSuccess)
                return true;
            if (!reply.Says("MANIFEST_BLOB_UNKNOWN"))
                return false;
        }
        requests.Faults.Enqueue($"{manifest.Digest} was refused {MaxAttempts} times in {repository.Name}, whatever was pushed before");
        return false;
    }

    async Task<bool?> BringAsync(RegistryRepository repository, RegistryManifest manifest, CancellationToken ct)
    {
        foreach (var child in manifest.Children)
        {
            if (await PushAsync(repository, child, [], ct) is null)
                return null;
        }
        foreach (var blob in manifest.Blobs)
        {
            var isKnown = dice.Next(2) == 0 && await requests.AskAsync(
                HttpMethod.Head, $"/v2/{repository.Name}/blobs/{blob.Digest}", null, ct, HttpStatusCode.OK, HttpStatusCode.NotFound)
                is { IsSuccess: true };
            if (!isKnown && await blobs.PushAsync(repository, blob, ct) is null)
                return null;
        }
        return true;
    }

    async Task<OciReply?> PutAsync(
        RegistryRepository repository, RegistryManifest manifest, IReadOnlyList<string> tags, CancellationToken ct)
    {
        var reference = tags.Count == 1 && dice.Next(2) == 0 ? tags[0]
            : manifest.Digest + string.Concat(tags.Select((tag, i) => $"{(i == 0 ? '?' : '&')}tag={tag}"));
        var pushed = history.Of(repository, manifest.Digest)?.Begin();
        var pointed = tags.Select(tag => history.OfTag(repository, tag).Begin()).ToList();
        var reply = await requests.AskAsync(
            HttpMethod.Put,
            $"/v2/{repository.Name}/manifests/{reference}",
            OciCaller.Body(manifest.Bytes, manifest.MediaType),
            ct,
            HttpStatusCode.Created,
            HttpStatusCode.BadRequest);
        if (reply is { Status: HttpStatusCode.BadRequest } && !reply.Says("MANIFEST_BLOB_UNKNOWN"))
            requests.Faults.Enqueue($"{manifest.Digest} was refused in {repository.Name}: {reply.Text}");
        if (reply is { IsSuccess: false })
            return reply;
        var outcome = reply is null ? KeyOutcome.Unknown : KeyOutcome.Done;
        pushed?.End(new KeyOperation("PUT", null, RegistryHistory.There, outcome));
        foreach (var entry in pointed)
            entry.End(new KeyOperation("TAG", null, new KeyState(manifest.Digest), outcome));
        return reply;
    }
}
