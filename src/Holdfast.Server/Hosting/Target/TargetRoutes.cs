namespace Holdfast.Server.Hosting.Target;

/// <summary>The synthetic paths that endpoints are mapped to.</summary>
public static class TargetRoutes
{
    public const string S3Service = "/s3/service";
    public const string S3Bucket = "/s3/bucket";
    public const string S3Object = "/s3/object";
    public const string Home = "/home";
    public const string None = "/none";

    /// <summary>Followed by the decoded path behind <c>/api</c>: <c>/api/v1/buckets</c> is <c>/admin/v1/buckets</c>.</summary>
    public const string Admin = "/admin";

    /// <summary>What follows says which part of a repository a path behind <c>/v2</c> names (<see cref="OciPath"/>).</summary>
    public const string Oci = "/oci";

    public const string OciBase = Oci + "/base";
    public const string OciCatalog = Oci + "/catalog";
    public const string OciManifest = Oci + "/manifest";
    public const string OciBlob = Oci + "/blob";
    public const string OciUploads = Oci + "/uploads";
    public const string OciUpload = Oci + "/upload";
    public const string OciTags = Oci + "/tags";
    public const string OciReferrers = Oci + "/referrers";
    public const string OciToken = Oci + "/token";

    /// <summary>Followed by the decoded path behind <c>/ui</c>.</summary>
    public const string Ui = "/ui";

    /// <summary>Followed by the decoded path: <c>/health/live</c> is <c>/system/health/live</c>.</summary>
    public const string System = "/system";
}
