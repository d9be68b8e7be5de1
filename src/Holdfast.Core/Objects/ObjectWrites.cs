using System.Buffers.Binary;
using System.Security.Cryptography;
using Holdfast.Core.Access;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Core.Objects;

/// <summary>An object about to be written: everything but its content and its place in the key's history.</summary>
public sealed record NewObject(
    ObjectKey Key,
    string Owner,
    CannedAcl Acl,
    ETag ETag,
    ChecksumValue? Checksum,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>
/// What a delete did: the version id to show, and whether a delete marker was made or removed. Null ids mean an unversioned bucket.
/// </summary>
public sealed record DeleteOutcome(string? VersionId, bool IsMarker);

/// <summary>
/// The writes of objects, each within the caller's transaction: the key is locked first, conditions are judged, then rows change.
/// </summary>
public static class ObjectWrites
{
    /// <summary>
    /// Puts a version. <paramref name="content"/> is asked for once the conditions hold and gives content that holds one link for the
    /// object. Throws NoSuchBucket, PreconditionFailed, NoSuchKey or OperationAborted.
    /// </summary>
    public static async ValueTask<(ObjectVersion Version, Bucket Bucket)> PutAsync(
        CatalogSession tx,
        long bucketId,
        NewObject put,
        ObjectCondition condition,
        Func<ValueTask<ContentRef>> content)
    {
        var (bucket, current) = await BeginAsync(tx, bucketId, put.Key);
        if (bucket.IsBeingEmptied)
            throw new StoreException(StoreError.OperationAborted, $"bucket {bucket.Name} is being emptied and takes no new objects");
        condition.Check(current);
        var linked = await content();
        var version = await AppendAsync(tx, bucket, current, new ObjectVersion
        {
            BucketId = bucketId,
            Key = put.Key,
            Seq = 0,
            Nonce = 0,
            IsNull = false,
            IsMarker = false,
            CreatedAt = default,
            UpdatedAt = default,
            Owner = put.Owner,
            Acl = put.Acl,
            Size = linked.Size,
            ETag = put.ETag,
            Checksum = put.Checksum,
            Headers = put.Headers,
            Tags = put.Tags,
            Content = linked,
        });
        return (version, bucket);
    }

    /// <summary>
    /// Deletes as S3 does: without a version, the object of an unversioned bucket, or by a delete marker; with one, that version for good.
    /// What is absent counts as deleted, except for a version id that the key does not have (NoSuchVersion is the caller's to decide by
    /// null).
    /// </summary>
    public static async ValueTask<DeleteOutcome> DeleteAsync(
        CatalogSession tx,
        long bucketId,
        ObjectKey key,
        VersionRef version,
        string owner,
        ObjectCondition condition)
    {
        var (bucket, current) = await BeginAsync(tx, bucketId, key);
        if (!condition.IsNone)
            await RequireAsync(tx, bucketId, key, version, condition, current);
        if (!version.IsCurrent)
            return await DeleteVersionAsync(tx, bucketId, key, version, current);
        if (bucket.Versioning == BucketVersioning.Unversioned)
        {
            if (current is not null)
                await RemoveAsync(tx, current);
            await ObjectTable.SetHeadAsync(tx, bucketId, key, null);
            return new DeleteOutcome(null, false);
        }
        var marker = await AppendAsync(tx, bucket, current, Marker(bucketId, key, owner));
        return new DeleteOutcome(marker.VersionId, true);
    }

    static async ValueTask RequireAsync(
        CatalogSession tx,
        long bucketId,
        ObjectKey key,
        VersionRef version,
        ObjectCondition condition,
        ObjectVersion? current)
    {
        var judged = version.IsCurrent ? current : await ObjectTable.FindAsync(tx, bucketId, key, version);
        try
        {
            condition.Check(judged);
        }
        catch (StoreException) when (current is null or { IsMarker: true })
        {
            // DeleteObjects goes on and commits: the placeholder that locked an absent key must not stay as a head.
            await ObjectTable.SetHeadAsync(tx, bucketId, key, null);
            throw;
        }
    }

    static async ValueTask<(Bucket Bucket, ObjectVersion? Current)> BeginAsync(CatalogSession tx, long bucketId, ObjectKey key)
    {
        var bucket = await BucketTable.HoldAsync(tx, bucketId);
        await ObjectTable.LockAsync(tx, bucketId, key);
        return (bucket, await ObjectTable.FindAsync(tx, bucketId, key, VersionRef.Current));
    }

    // S3 user guide, "Adding objects to versioning-suspended buckets": without versioning the version called null is replaced.
    static async ValueTask<ObjectVersion> AppendAsync(CatalogSession tx, Bucket bucket, ObjectVersion? current, ObjectVersion version)
    {
        var keepsAll = bucket.Versioning == BucketVersioning.Enabled;
        if (!keepsAll && current is not null)
        {
            var replaced = current.IsNull ? current : await ObjectTable.FindAsync(tx, version.BucketId, version.Key, VersionRef.Null);
            if (replaced is not null)
                await RemoveAsync(tx, replaced);
        }
        var added = await ObjectTable.InsertAsync(tx, version with
        {
            Seq = (current?.Seq ?? 0) + 1,
            Nonce = keepsAll ? NewNonce() : 0,
            IsNull = !keepsAll,
        });
        await ObjectTable.SetHeadAsync(tx, added.BucketId, added.Key, added);
        return added;
    }

    static async ValueTask<DeleteOutcome> DeleteVersionAsync(
        CatalogSession tx,
        long bucketId,
        ObjectKey key,
        VersionRef version,
        ObjectVersion? current)
    {
        var doomed = await ObjectTable.FindAsync(tx, bucketId, key, version);
        if (doomed is not null)
            await RemoveAsync(tx, doomed);
        var newest = doomed is not null && doomed.Seq == current?.Seq
            ? await ObjectTable.FindAsync(tx, bucketId, key, VersionRef.Current)
            : current;
        await ObjectTable.SetHeadAsync(tx, bucketId, key, newest);
        var id = version.IsNull ? "null" : new VersionId(version.Seq, version.Nonce).ToString();
        return new DeleteOutcome(id, doomed is { IsMarker: true });
    }

    static async ValueTask RemoveAsync(CatalogSession tx, ObjectVersion version)
    {
        await ObjectTable.DeleteAsync(tx, version);
        await ArtifactTable.DeleteAsync(tx, version);
        if (version.Content?.BlobId is { } blob)
            await BlobTable.ReleaseAsync(tx, blob);
        if (version.Content?.CompositeId is { } composite)
            await CompositeTable.ReleaseAsync(tx, composite);
    }

    static ObjectVersion Marker(long bucketId, ObjectKey key, string owner) => new()
    {
        BucketId = bucketId,
        Key = key,
        Seq = 0,
        Nonce = 0,
        IsNull = false,
        IsMarker = true,
        CreatedAt = default,
        UpdatedAt = default,
        Owner = owner,
        Acl = CannedAcl.Private,
        Size = 0,
        ETag = new ETag(ReadOnlyMemory<byte>.Empty, 0),
        Checksum = null,
        Headers = Pairs.None,
        Tags = Pairs.None,
        Content = null,
    };

    static long NewNonce()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
