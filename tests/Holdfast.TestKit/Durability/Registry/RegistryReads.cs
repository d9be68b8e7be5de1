using System.Net;

namespace Holdfast.TestKit.Durability.Registry;

/// <summary>Reads that are compared with what was pushed, byte for byte, and recorded.</summary>
public sealed class RegistryReads(RegistryRequests requests, RegistryHistory history)
{
    /// <summary>What the tag points to, with all it names where nothing may take that away meanwhile. Null when no answer came.</summary>
    public async Task<bool?> ReadTagAsync(RegistryRepository repository, string tag, CancellationToken ct)
    {
        var (isAnswered, found) = await FindTaggedAsync(repository, tag, ct);
        if (!isAnswered)
            return null;
        return found is null || repository.IsTidy ? true : await ReadNamedAsync(repository, found, ct);
    }

    /// <summary>What the tag points to; null when there is no such tag or no answer came.</summary>
    public async Task<(bool IsAnswered, RegistryManifest? Found)> FindTaggedAsync(
        RegistryRepository repository, string tag, CancellationToken ct)
    {
        var entry = history.OfTag(repository, tag).Begin();
        var reply = await requests.ReadAsync($"/v2/{repository.Name}/manifests/{tag}", ct);
        var found = Compare(reply, tag);
        if (reply is not null && (found is not null || reply.Status == HttpStatusCode.NotFound))
            entry.End(new KeyOperation("GET", new KeyState(found?.Digest), null, KeyOutcome.Done));
        return (reply is not null, found);
    }

    /// <summary>The manifest of this digest; null when the repository has none or no answer came.</summary>
    public async Task<RegistryManifest?> ReadManifestAsync(RegistryRepository repository, string digest, CancellationToken ct)
    {
        var entry = history.Of(repository, digest)?.Begin();
        var reply = await requests.ReadAsync($"/v2/{repository.Name}/manifests/{digest}", ct);
        var found = Compare(reply, digest);
        if (found is not null || reply?.Status == HttpStatusCode.NotFound)
            entry?.End(new KeyOperation("GET", found is null ? KeyState.Absent : RegistryHistory.There, null, KeyOutcome.Done));
        return found;
    }

    /// <summary>Whether the repository has the blob; null when no answer came.</summary>
    public async Task<bool?> ReadBlobAsync(RegistryRepository repository, RegistryBlob blob, CancellationToken ct)
    {
        var entry = history.Of(repository, blob.Digest)?.Begin();
        var reply = await requests.ReadAsync($"/v2/{repository.Name}/blobs/{blob.Digest}", ct);
        if (reply is null)
            return null;
        if (reply.IsSuccess && !reply.Body.AsSpan().SequenceEqual(blob.Bytes))
            requests.Faults.Enqueue($"{blob.Digest} in {repository.Name} is other bytes, {reply.Body.Length}");
        entry?.End(new KeyOperation("GET", reply.IsSuccess ? RegistryHistory.There : KeyState.Absent, null, KeyOutcome.Done));
        return reply.IsSuccess;
    }

    /// <summary>The blobs of a manifest, while it is certain that nobody deleted it.</summary>
    async Task<bool?> ReadNamedAsync(RegistryRepository repository, RegistryManifest manifest, CancellationToken ct)
    {
        var deletions = history.DeletionsOf(repository, manifest.Digest);
        if (deletions.Quiet is not { } before || await ReadManifestAsync(repository, manifest.Digest, ct) is null)
            return true;
        foreach (var blob in manifest.Blobs)
        {
            if (await ReadBlobAsync(repository, blob, ct) is not { } isThere)
                return null;
            if (!isThere && deletions.Quiet == before)
                requests.Faults.Enqueue($"{blob.Digest} is missing in {repository.Name}, whose manifest {manifest.Digest} names it");
        }
        return true;
    }

    RegistryManifest? Compare(OciReply? reply, string reference)
    {
        if (reply is not { Status: HttpStatusCode.OK })
            return null;
        var manifest = history.Contents.Find(reply.Digest);
        if (manifest is not null && reply.Body.AsSpan().SequenceEqual(manifest.Bytes))
            return manifest;
        requests.Faults.Enqueue($"{reference} was answered with {reply.Body.Length} bytes that are not {reply.Digest}");
        return null;
    }
}
