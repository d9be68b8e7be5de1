using Holdfast.Protocol;
using Holdfast.Protocol.Oci;
using Holdfast.TestKit.Durability.Registry;

namespace Holdfast.Core.Tests.Repositories;

/// <summary>
/// A repository as a few sets. Its rules say what collection may take at a moment and what it must leave; when it takes it is its own
/// affair.
/// </summary>
sealed class RepositoryModel(TimeProvider clock, TimeSpan unusedAge, TimeSpan? untaggedAge, TimeSpan? danglingAge)
{
    // By what is in them, with the moment from which their age counts at the earliest.
    readonly Dictionary<Digest, DateTimeOffset> _blobs = [];
    readonly Dictionary<Digest, DateTimeOffset> _manifests = [];
    readonly Dictionary<Digest, RegistryManifest> _contents = [];
    readonly SortedDictionary<string, Digest> _tags = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Digest> Tags => _tags;

    public IEnumerable<Digest> Blobs => _blobs.Keys.Order();

    public IEnumerable<Digest> Manifests => _manifests.Keys.Order();

    public bool HasBlob(Digest digest) => _blobs.ContainsKey(digest);

    public bool HasManifest(Digest digest) => _manifests.ContainsKey(digest);

    public bool IsUsed(Digest blob) => Present.Any(manifest => Names(manifest).Contains(blob));

    IEnumerable<RegistryManifest> Present => _manifests.Keys.Select(digest => _contents[digest]);

    public void AddBlob(Digest digest) => _blobs[digest] = clock.GetUtcNow();

    public void RemoveBlob(Digest digest) => _blobs.Remove(digest);

    /// <summary>Whether it names nothing that is missing.</summary>
    public bool Takes(RegistryManifest manifest) =>
        HasManifest(Of(manifest)) || (Names(manifest).All(HasBlob) && manifest.Children.All(child => HasManifest(Of(child))));

    public void AddManifest(RegistryManifest manifest)
    {
        var isNew = _contents.TryAdd(Of(manifest), manifest) | !HasManifest(Of(manifest));
        _manifests[Of(manifest)] = clock.GetUtcNow();
        if (isNew)
            TouchNamed(manifest);
    }

    public void RemoveManifest(Digest digest)
    {
        foreach (var tag in _tags.Where(tag => tag.Value == digest).Select(tag => tag.Key).ToList())
            _tags.Remove(tag);
        _manifests.Remove(digest);
        TouchNamed(_contents[digest]);
    }

    public void Point(string tag, Digest digest)
    {
        RemoveTag(tag);
        _tags[tag] = digest;
        _manifests[digest] = clock.GetUtcNow();
    }

    public void RemoveTag(string tag)
    {
        if (_tags.Remove(tag, out var digest))
            _manifests[digest] = clock.GetUtcNow();
    }

    /// <summary>Takes note of what collection left, and says what it should have left besides; null when nothing.</summary>
    public string? Collect(HashSet<Digest> manifests, HashSet<Digest> blobs)
    {
        // What one loses may be what keeps the next.
        while (_manifests.Keys.Where(digest => !manifests.Contains(digest) && MayGo(digest)).Cast<Digest?>().FirstOrDefault() is { } gone)
            RemoveManifest(gone);
        if (_manifests.Keys.Where(digest => !manifests.Contains(digest)).Cast<Digest?>().FirstOrDefault() is { } missed)
            return $"the manifest {missed} was collected";
        foreach (var digest in _blobs.Keys.Where(digest => !blobs.Contains(digest)).ToList())
        {
            if (IsUsed(digest) || _blobs[digest] + unusedAge > clock.GetUtcNow())
                return $"the blob {digest} was collected";
            _blobs.Remove(digest);
        }
        return null;
    }

    /// <summary>What must be gone when collection had all the time it needs.</summary>
    public bool IsSettled() => !_manifests.Keys.Any(MayGo) && !_blobs.Keys.Any(blob => !IsUsed(blob));

    bool MayGo(Digest digest)
    {
        var manifest = _contents[digest];
        var age = manifest.Subject is not { } subject ? untaggedAge : HasManifest(Of(subject)) ? null : danglingAge;
        return age is { } limit
            && _manifests[digest] + limit <= clock.GetUtcNow()
            && !_tags.ContainsValue(digest)
            && !Present.Any(other => other.Children.Any(child => Of(child) == digest));
    }

    void TouchNamed(RegistryManifest manifest)
    {
        foreach (var blob in Names(manifest).Where(HasBlob))
            _blobs[blob] = clock.GetUtcNow();
        foreach (var child in manifest.Children.Select(Of).Where(HasManifest))
            _manifests[child] = clock.GetUtcNow();
    }

    public static Digest Of(RegistryManifest manifest) => ContentName.Parse(manifest.Digest).Digest!.Value;

    public static Digest Of(RegistryBlob blob) => ContentName.Parse(blob.Digest).Digest!.Value;

    static IEnumerable<Digest> Names(RegistryManifest manifest) => manifest.Blobs.Select(Of);
}
