namespace Holdfast.Server.Hosting.Target;

/// <summary>
/// Which part of a repository a path behind <c>/v2</c> names. Names of repositories hold slashes, so it is read from its end
/// (distribution-spec, "Endpoints").
/// </summary>
/// <param name="Repository">Not validated; null where the path names none.</param>
/// <param name="Reference">A digest, a tag or an upload's id, not validated; null where the path has none.</param>
readonly record struct OciPath(string Route, string? Repository = null, string? Reference = null)
{
    /// <param name="path">The decoded path behind <c>/v2</c>: empty, or from its slash on.</param>
    public static OciPath Parse(string path)
    {
        if (path.Length <= 1)
            return new(TargetRoutes.OciBase);
        var parts = path[1..].Split('/');
        return parts switch
        {
            ["_catalog"] => new(TargetRoutes.OciCatalog),
            [_, .., "tags", "list"] => new(TargetRoutes.OciTags, Name(parts, 2)),
            [_, .., "blobs", "uploads", ""] => new(TargetRoutes.OciUploads, Name(parts, 3)),
            [_, .., "blobs", "uploads"] => new(TargetRoutes.OciUploads, Name(parts, 2)),
            [_, .., "blobs", "uploads", var id] => new(TargetRoutes.OciUpload, Name(parts, 3), id),
            [_, .., "blobs", var digest] => new(TargetRoutes.OciBlob, Name(parts, 2), digest),
            [_, .., "manifests", var reference] => new(TargetRoutes.OciManifest, Name(parts, 2), reference),
            [_, .., "referrers", var digest] => new(TargetRoutes.OciReferrers, Name(parts, 2), digest),
            _ => new(TargetRoutes.None),
        };
    }

    static string Name(string[] parts, int behind) => string.Join('/', parts[..^behind]);
}
