using Holdfast.Core.Access;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The S3 door.</summary>
public sealed record S3Settings
{
    [Setting("Domains whose sub-domains name a bucket (virtual-host style): with example.com, logs.example.com is the bucket logs.",
        Kind = SettingKind.DomainName)]
    public IReadOnlyList<string> Domains { get; init; } = ["localhost"];

    [Setting("The region that signatures must name and that answers state.", Min = 1, Max = 64)]
    public string Region { get; init; } = "us-east-1";

    [Setting("What requests without a signature may do. While http is open to other machines, only off unless s3.anonymousForce is on.")]
    public AnonymousAccess Anonymous { get; init; } = AnonymousAccess.Off;

    [Setting("Allows s3.anonymous on listeners that other machines can reach.")]
    public bool AnonymousForce { get; init; }

    [Setting("Largest object a single PUT may carry.", Kind = SettingKind.Bytes, Min = 1)]
    public long MaxPutBytes { get; init; } = 50L << 30;
}

/// <summary>The OCI door.</summary>
public sealed record OciSettings
{
    [Setting("Makes a repository with the first push to it, owned by who pushes. Otherwise only the admin API makes them.")]
    public bool CreateOnPush { get; init; } = true;

    [Setting("Takes an index whose manifests are not all in the repository (a sparse index).")]
    public bool SparseIndexes { get; init; } = true;

    [Setting("Largest manifest that is taken.", Kind = SettingKind.Bytes, Min = 65536, Max = 67108864)]
    public long MaxManifestBytes { get; init; } = 4L << 20;

    [Setting("Largest blob that an upload may come to.", Kind = SettingKind.Bytes, Min = 1)]
    public long MaxBlobBytes { get; init; } = 1L << 40;

    [Setting("Smallest chunk that clients are asked to send (OCI-Chunk-Min-Length); smaller ones are taken all the same. 0: not said.",
        Kind = SettingKind.Bytes, Min = 0, Max = 1073741824)]
    public long MinChunkBytes { get; init; } = 1L << 20;

    [Setting("How long a blob is kept that was pushed to a repository and that no manifest of it names.", Min = 0, Max = 31536000)]
    public TimeSpan UnusedBlobAge { get; init; } = TimeSpan.FromDays(1);
}

/// <summary>Rules of repositories that remove tags.</summary>
public sealed record RetentionSettings
{
    [Setting("How often the rules of repositories are run.", Min = 1, Max = 31536000)]
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(1);

    [Setting("How long a tag that a rule removed can be had back, and its manifest is kept.", Min = 0, Max = 31536000)]
    public TimeSpan UndeleteWindow { get; init; } = TimeSpan.FromDays(7);
}

/// <summary>Collection of blobs that nothing refers to.</summary>
public sealed record CollectionSettings
{
    [Setting("How long a blob that nothing refers to is kept. 0 collects at once.", Min = 0, Max = 31536000)]
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(1);

    [Setting("How often a node looks for blobs to collect.", Min = 0.05, Max = 86400)]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    [Setting("Blobs claimed by one step.", Min = 1, Max = 10000)]
    public int BatchSize { get; init; } = 256;
}

/// <summary>Unfinished uploads.</summary>
public sealed record UploadSettings
{
    [Setting("How long an upload that was begun may stay unfinished before it is removed.", Min = 1, Max = 315360000)]
    public TimeSpan Expiry { get; init; } = TimeSpan.FromDays(7);
}

/// <summary>Background re-hashing of stored blobs.</summary>
public sealed record ScrubSettings
{
    [Setting("Re-hashes every blob at leisure and quarantines damaged ones.")]
    public bool Enabled { get; init; } = true;

    [Setting("Every blob is re-hashed once in this time.", Min = 60, Max = 315360000)]
    public TimeSpan Interval { get; init; } = TimeSpan.FromDays(30);

    [Setting("Upper bound of what the scrub reads in a second. 0: no bound.", Kind = SettingKind.Bytes, Min = 0)]
    public long BytesPerSecond { get; init; } = 16L << 20;
}
