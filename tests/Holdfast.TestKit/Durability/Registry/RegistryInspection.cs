using System.Net;
using System.Text.Json.Nodes;

namespace Holdfast.TestKit.Durability.Registry;

/// <summary>
/// Reads everything while nobody writes, and looks for an order of all requests since the last look that explains it. What is there must be
/// whole: a tag its manifest, a manifest its blobs, an index in a tidy repository its children.
/// </summary>
public sealed class RegistryInspection(RegistryHistory history, RegistryWorkload reader, OciCaller node)
{
    readonly Dictionary<KeyHistory, KeyState> _seen = [];
    readonly List<string> _faults = [];

    /// <summary>What is wrong; null when nothing is. The history begins anew with what was seen.</summary>
    public async Task<string?> FindFaultAsync(CancellationToken ct)
    {
        _seen.Clear();
        _faults.Clear();
        foreach (var repository in history.Repositories)
        {
            var present = await TaggedAsync(repository, ct);
            if (repository.IsTidy)
                await RequireChildrenAsync(repository, present, ct);
            else
                present = await ByDigestAsync(repository, ct);
            await RequireBlobsAsync(repository, present, ct);
        }
        var fault = reader.Faults.Concat(_faults).FirstOrDefault() ?? history.FindContradiction();
        if (fault is null)
            history.BeginWith(_seen);
        return fault;
    }

    async Task<HashSet<RegistryManifest>> TaggedAsync(RegistryRepository repository, CancellationToken ct)
    {
        var (present, tags) = (new HashSet<RegistryManifest>(), new List<string>());
        foreach (var tag in history.Tags)
        {
            var (isAnswered, found) = await reader.Reads.FindTaggedAsync(repository, tag, ct);
            if (!isAnswered)
                _faults.Add($"{repository.Name}:{tag} was not answered");
            _seen[history.OfTag(repository, tag)] = new KeyState(found?.Digest);
            if (found is null)
                continue;
            present.Add(found);
            tags.Add(tag);
        }
        var listed = await ListAsync($"/v2/{repository.Name}/tags/list", "tags", ct);
        if (!listed.SequenceEqual(tags.Order(StringComparer.Ordinal)))
            _faults.Add($"{repository.Name} lists the tags {string.Join(' ', listed)} and has {string.Join(' ', tags)}");
        return present;
    }

    async Task<HashSet<RegistryManifest>> ByDigestAsync(RegistryRepository repository, CancellationToken ct)
    {
        var present = new HashSet<RegistryManifest>();
        foreach (var manifest in history.Contents.Manifests)
        {
            var isThere = await reader.Reads.ReadManifestAsync(repository, manifest.Digest, ct) is not null;
            _seen[history.Of(repository, manifest.Digest)!] = isThere ? RegistryHistory.There : KeyState.Absent;
            if (isThere)
                present.Add(manifest);
        }
        foreach (var subject in history.Contents.Referrers.Select(referrer => referrer.Subject!).Distinct())
        {
            var listed = await ListAsync($"/v2/{repository.Name}/referrers/{subject.Digest}", "manifests", ct);
            var expected = present.Where(one => one.Subject == subject).Select(one => one.Digest).Order(StringComparer.Ordinal);
            if (!listed.SequenceEqual(expected))
                _faults.Add($"{repository.Name} lists {string.Join(' ', listed)} as referrers of {subject.Digest}, which is wrong");
        }
        return present;
    }

    async Task RequireChildrenAsync(RegistryRepository repository, HashSet<RegistryManifest> present, CancellationToken ct)
    {
        foreach (var index in present.Where(manifest => manifest.Children.Count > 0).ToList())
        {
            foreach (var child in index.Children)
            {
                if (await reader.Reads.ReadManifestAsync(repository, child.Digest, ct) is null)
                    _faults.Add($"{child.Digest} is missing in {repository.Name}, whose index {index.Digest} names it");
                present.Add(child);
            }
        }
    }

    async Task RequireBlobsAsync(RegistryRepository repository, HashSet<RegistryManifest> present, CancellationToken ct)
    {
        var named = present.SelectMany(manifest => manifest.Blobs).ToHashSet();
        foreach (var blob in history.KeepsBlobs ? history.Contents.Blobs : [.. named])
        {
            var isThere = await reader.Reads.ReadBlobAsync(repository, blob, ct) == true;
            if (history.Of(repository, blob.Digest) is { } key)
                _seen[key] = isThere ? RegistryHistory.There : KeyState.Absent;
            if (!isThere && named.Contains(blob))
                _faults.Add($"{blob.Digest} is missing in {repository.Name}, which has a manifest that names it");
        }
    }

    /// <summary>The tags, or the digests of the descriptors, that are listed.</summary>
    async Task<List<string>> ListAsync(string target, string field, CancellationToken ct)
    {
        var reply = await node.SendAsync(HttpMethod.Get, target, ct);
        if (reply.Status != HttpStatusCode.OK)
            _faults.Add($"GET {target} was answered with {(int)reply.Status}: {reply.Text}");
        var list = reply.IsSuccess ? JsonNode.Parse(reply.Body)![field]!.AsArray() : [];
        return [.. list.Select(one => one is JsonObject ? (string)one["digest"]! : (string)one!)];
    }
}
