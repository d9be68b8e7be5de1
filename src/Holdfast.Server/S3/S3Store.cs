using Holdfast.Core.Access;
using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Core.Objects;

namespace Holdfast.Server.S3;

/// <summary>What the S3 operations work on: the store's parts and the door's settings. One for the whole server.</summary>
public sealed record S3Store(
    Catalog Catalog,
    BucketCache Buckets,
    Ingest Ingest,
    ContentStore Content,
    ContentReads Reads,
    GrowthGuard Growth,
    Accounts Accounts,
    AccessPolicy Policy,
    UpkeepSignal Upkeep,
    ArtifactDetection Artifacts,
    ArtifactNaming Naming,
    S3Options Options,
    TimeProvider Clock);
