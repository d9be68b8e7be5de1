namespace Holdfast.Core.Objects;

/// <summary>Whether a bucket keeps what is overwritten (S3 user guide, "Using versioning in S3 buckets").</summary>
public enum BucketVersioning
{
    /// <summary>Never enabled: one version a key, called null.</summary>
    Unversioned = 0,
    Enabled = 1,

    /// <summary>Was enabled: earlier versions stay, new writes replace the null version only.</summary>
    Suspended = 2,
}
