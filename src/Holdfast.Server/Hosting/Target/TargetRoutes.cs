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

    /// <summary>Followed by the decoded path behind <c>/v2</c>.</summary>
    public const string Oci = "/oci";

    /// <summary>Followed by the decoded path behind <c>/ui</c>.</summary>
    public const string Ui = "/ui";

    /// <summary>Followed by the decoded path: <c>/health/live</c> is <c>/system/health/live</c>.</summary>
    public const string System = "/system";
}
