using Holdfast.Core.Access;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Core.Objects;
using Holdfast.Core.Repositories.Retention;

namespace Holdfast.Server.Admin;

/// <summary>What the admin operations work on. One for the whole server.</summary>
public sealed record AdminStore(
    Catalog Catalog,
    Accounts Accounts,
    AccessPolicy Policy,
    ArtifactDetection Artifacts,
    ArtifactNaming Naming,
    GrowthGuard Growth,
    ScrubRuns Scrubs,
    RetentionRun Retention,
    TimeProvider Clock);
