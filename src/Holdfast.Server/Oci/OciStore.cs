using Holdfast.Core.Access;
using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Objects;
using Holdfast.Core.Repositories;
using Holdfast.Core.Repositories.Retention;

namespace Holdfast.Server.Oci;

/// <summary>What the OCI operations work on: the store's parts and the door's settings. One for the whole server.</summary>
public sealed record OciStore(
    Catalog Catalog,
    RepositoryCache Repositories,
    BucketCache Buckets,
    Ingest Ingest,
    ContentStore Content,
    ContentReads Reads,
    UploadDigests Digests,
    PullTimes Pulls,
    GrowthGuard Growth,
    AccessPolicy Policy,
    OciOptions Options);

/// <summary>The door's settings. Sizes are in bytes.</summary>
public sealed record OciOptions(
    bool CreatesOnPush, bool TakesSparseIndexes, long MaxManifestBytes, long MaxBlobBytes, long MinChunkBytes);
