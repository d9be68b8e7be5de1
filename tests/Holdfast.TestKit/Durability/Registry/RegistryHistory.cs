using System.Collections.Concurrent;

namespace Holdfast.TestKit.Durability.Registry;

/// <summary>
/// A repository of the workload. A tidy one deletes manifests without a tag or an index at once, and those whose subject is gone.
/// </summary>
public sealed record RegistryRepository(string Name, bool IsTidy);

/// <summary>
/// What every request did to every tag, manifest and blob since the last look, and what each was then. In tidy repositories only tags have
/// histories; blobs have them where collection leaves alone those that no manifest names. Thread safe.
/// </summary>
public sealed class RegistryHistory
{
    public static readonly KeyState There = new("there");

    readonly Dictionary<string, KeyHistory> _histories = [];
    readonly Dictionary<string, KeyState> _states = [];
    readonly ConcurrentDictionary<string, Deletions> _deletions = new();

    /// <param name="keepsBlobs">Whether the server keeps blobs that no manifest names.</param>
    public RegistryHistory(
        RegistryContents contents, IReadOnlyList<RegistryRepository> repositories, IReadOnlyList<string> tags, bool keepsBlobs)
    {
        (Contents, Repositories, Tags, KeepsBlobs) = (contents, repositories, tags, keepsBlobs);
        foreach (var repository in repositories)
        {
            foreach (var tag in tags)
                _states[TagKey(repository, tag)] = KeyState.Absent;
            foreach (var manifest in repository.IsTidy ? [] : contents.Manifests)
                _states[Key(repository, manifest.Digest)] = KeyState.Absent;
            foreach (var blob in keepsBlobs ? contents.Blobs : [])
                _states[Key(repository, blob.Digest)] = KeyState.Absent;
        }
        Forget();
    }

    public RegistryContents Contents { get; }

    public IReadOnlyList<RegistryRepository> Repositories { get; }

    public IReadOnlyList<string> Tags { get; }

    public bool KeepsBlobs { get; }

    /// <summary>Uploads of which a chunk was acknowledged and that were not finished.</summary>
    public ConcurrentDictionary<string, OpenUpload> Uploads { get; } = new();

    public KeyHistory OfTag(RegistryRepository repository, string tag) => _histories[TagKey(repository, tag)];

    /// <summary>Of a manifest or blob; null when it has none.</summary>
    public KeyHistory? Of(RegistryRepository repository, string digest) => _histories.GetValueOrDefault(Key(repository, digest));

    /// <summary>Requests to delete the manifest: between two equal answers none was under way.</summary>
    public Deletions DeletionsOf(RegistryRepository repository, string digest) =>
        _deletions.GetOrAdd(Key(repository, digest), _ => new Deletions());

    /// <summary>Why no order of the requests explains the answers; null when one does for each key.</summary>
    public string? FindContradiction()
    {
        foreach (var (key, history) in _histories)
        {
            if (history.FindContradiction(_states[key]) is { } contradiction)
                return contradiction;
        }
        return null;
    }

    public int Acknowledged => _histories.Values.Sum(history => history.Acknowledged);

    /// <summary>Begins anew with what was just seen while nothing else went on. Not thread safe.</summary>
    public void BeginWith(IReadOnlyDictionary<KeyHistory, KeyState> seen)
    {
        foreach (var (key, history) in _histories)
            _states[key] = seen[history];
        Forget();
    }

    void Forget()
    {
        _deletions.Clear();
        foreach (var key in _states.Keys)
            _histories[key] = new KeyHistory(key);
    }

    static string TagKey(RegistryRepository repository, string tag) => $"{repository.Name}:{tag}";

    static string Key(RegistryRepository repository, string digest) => $"{repository.Name}@{digest}";
}

/// <summary>An upload as its client knows it: how much of the blob was acknowledged, and how much at most can be there.</summary>
public sealed record OpenUpload(RegistryRepository Repository, string Location, RegistryBlob Blob, int Acknowledged, int Sent);

/// <summary>Counts deletions as they begin and end. Thread safe.</summary>
public sealed class Deletions
{
    int _begun;
    int _ended;

    /// <summary>Null while one is under way.</summary>
    public int? Quiet => Volatile.Read(ref _ended) is var ended && Volatile.Read(ref _begun) == ended ? ended : null;

    public void Begin() => Interlocked.Increment(ref _begun);

    public void End() => Interlocked.Increment(ref _ended);
}
