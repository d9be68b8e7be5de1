using System.Collections.Concurrent;
using System.Net;

namespace Holdfast.TestKit.Durability.Registry;

/// <summary>
/// What one worker does to the repositories, each step chosen by its dice and recorded in the history. Whatever is wrong in itself goes
/// into <see cref="Faults"/>; what contradicts other requests the history tells.
/// </summary>
public sealed class RegistryWorkload
{
    readonly RegistryHistory _history;
    readonly Dice _dice;
    readonly RegistryRequests _requests;
    readonly RegistryReads _reads;
    readonly BlobPushes _blobs;
    readonly ManifestPushes _manifests;

    /// <param name="nodes">Servers that are one store: each request goes to any of them.</param>
    /// <param name="mayBeKilled">Whether no answer is no fault.</param>
    public RegistryWorkload(IReadOnlyList<OciCaller> nodes, RegistryHistory history, Dice dice, bool mayBeKilled = false)
    {
        (_history, _dice) = (history, dice);
        _requests = new RegistryRequests(nodes, dice) { MayBeKilled = mayBeKilled };
        _reads = new RegistryReads(_requests, history);
        _blobs = new BlobPushes(_requests, history, dice);
        _manifests = new ManifestPushes(_requests, _blobs, history, dice);
    }

    public ConcurrentQueue<string> Faults => _requests.Faults;

    public RegistryReads Reads => _reads;

    public BlobPushes Blobs => _blobs;

    public ManifestPushes Manifests => _manifests;

    RegistryContents Contents => _history.Contents;

    /// <summary>One operation, for a push with all it takes. False when an answer did not come.</summary>
    public async Task<bool> StepAsync(CancellationToken ct)
    {
        var repository = _dice.Pick(_history.Repositories);
        var outcome = _dice.Next(100) switch
        {
            < 12 => await _blobs.PushAsync(repository, _dice.Pick(Contents.Blobs), ct),
            < 20 => await _blobs.MountAsync(repository, _dice.Pick(Contents.Blobs), ct),
            < 38 => await _manifests.PushAsync(repository, _dice.Pick(Contents.Images), Tags(), ct),
            < 46 => await _manifests.PushAsync(repository, _dice.Pick(Contents.Indexes), Tags(), ct),
            < 52 => await _manifests.PushAsync(repository, _dice.Pick(Contents.Referrers), Tags(), ct),
            < 56 => await _manifests.PushAsync(repository, _dice.Pick(Contents.Manifests), [], ct),
            < 66 => await UntagAsync(repository, ct),
            < 76 => await DeleteManifestAsync(repository, ct),
            < 80 => await DeleteBlobAsync(repository, ct),
            < 84 => await _blobs.BeginAsync(repository, _dice.Pick(Contents.Blobs), ct),
            < 86 => await _blobs.TearAsync(repository, _dice.Pick(Contents.Blobs), ct),
            _ => await _reads.ReadTagAsync(repository, _dice.Pick(_history.Tags), ct),
        };
        return outcome is not null;
    }

    /// <summary>One tag, or now and then two at once.</summary>
    List<string> Tags()
    {
        List<string> tags = [_dice.Pick(_history.Tags)];
        if (_dice.Next(4) == 0 && _dice.Pick(_history.Tags) is var second && second != tags[0])
            tags.Add(second);
        return tags;
    }

    async Task<bool?> UntagAsync(RegistryRepository repository, CancellationToken ct)
    {
        var tag = _dice.Pick(_history.Tags);
        var entry = _history.OfTag(repository, tag).Begin();
        var reply = await DeleteAsync($"/v2/{repository.Name}/manifests/{tag}", ct);
        if (reply is null or { IsSuccess: true })
            entry.End(new KeyOperation("UNTAG", null, KeyState.Absent, reply is null ? KeyOutcome.Unknown : KeyOutcome.Done));
        else if (reply.Status == HttpStatusCode.NotFound)
            entry.End(new KeyOperation("UNTAG", KeyState.Absent, null, KeyOutcome.Done));
        return reply?.IsSuccess;
    }

    /// <summary>All tags on it go with it. In a tidy repository a child is left to its index: then nothing else may take it.</summary>
    async Task<bool?> DeleteManifestAsync(RegistryRepository repository, CancellationToken ct)
    {
        var manifest = _dice.Pick(repository.IsTidy ? Contents.Indexes : Contents.Manifests);
        var deletions = _history.DeletionsOf(repository, manifest.Digest);
        var gone = _history.Of(repository, manifest.Digest)?.Begin();
        var untagged = _history.Tags.Select(tag => _history.OfTag(repository, tag).Begin()).ToList();
        deletions.Begin();
        var reply = await DeleteAsync($"/v2/{repository.Name}/manifests/{manifest.Digest}", ct);
        if (reply is not null)
            deletions.End();
        var (all, some) = reply switch
        {
            null => (KeyOutcome.Unknown, KeyOutcome.Unknown),
            { IsSuccess: true } => (KeyOutcome.Done, KeyOutcome.DoneIfExpected),
            _ => (KeyOutcome.Refused, KeyOutcome.Refused),
        };
        gone?.End(new KeyOperation("DELETE", RegistryHistory.There, KeyState.Absent, all));
        foreach (var entry in untagged)
            entry.End(new KeyOperation("DELETE of a manifest", new KeyState(manifest.Digest), KeyState.Absent, some));
        return reply?.IsSuccess;
    }

    /// <summary>What a manifest names is refused.</summary>
    async Task<bool?> DeleteBlobAsync(RegistryRepository repository, CancellationToken ct)
    {
        var blob = _dice.Pick(Contents.Blobs);
        var entry = _history.Of(repository, blob.Digest)?.Begin();
        var reply = await DeleteAsync($"/v2/{repository.Name}/blobs/{blob.Digest}", ct, HttpStatusCode.MethodNotAllowed);
        entry?.End(reply switch
        {
            null => new("DELETE", RegistryHistory.There, KeyState.Absent, KeyOutcome.Unknown),
            { Status: HttpStatusCode.MethodNotAllowed } => new("DELETE in use", RegistryHistory.There, null, KeyOutcome.Done),
            { IsSuccess: true } => new("DELETE", RegistryHistory.There, KeyState.Absent, KeyOutcome.Done),
            _ => new("DELETE", RegistryHistory.There, KeyState.Absent, KeyOutcome.Refused),
        });
        return reply?.IsSuccess;
    }

    Task<OciReply?> DeleteAsync(string target, CancellationToken ct, params IReadOnlyList<HttpStatusCode> more) =>
        _requests.AskAsync(HttpMethod.Delete, target, null, ct, [HttpStatusCode.Accepted, HttpStatusCode.NotFound, .. more]);
}
