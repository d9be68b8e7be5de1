using System.Text;
using Holdfast.Core.Access;
using Holdfast.Core.Catalog;
using Holdfast.Core.Repositories;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Objects;

/// <summary>A bucket: a name that is unique on the server, its owner, and its settings.</summary>
public sealed record Bucket(
    long Id,
    string Name,
    long OrganizationId,
    string Owner,
    DateTimeOffset CreatedAt,
    BucketVersioning Versioning,
    CannedAcl Acl,
    IReadOnlyList<KeyValuePair<string, string>> Tags,
    bool IsBeingEmptied);

/// <summary>The queries of <c>bucket</c>. Names are compared as bytes.</summary>
public static class BucketTable
{
    const string Columns = "id, name, organization_id, owner, created_at, versioning, acl, tags, emptying";

    const string FindSql = $"SELECT {Columns} FROM bucket WHERE name = $1";

    const string HoldSql = $"SELECT {Columns} FROM bucket WHERE id = $1";

    const string ListSql = $"SELECT {Columns} FROM bucket WHERE name >= $1 ORDER BY name LIMIT $2";

    const string InsertSql = $"""
        INSERT INTO bucket (name, organization_id, owner, created_at, versioning, acl, tags, emptying)
        VALUES ($1, $2, $3, db_now(), 0, $4, $5, 0)
        ON CONFLICT (name) DO NOTHING
        RETURNING {Columns}
        """;

    const string TakeNameSql =
        "INSERT INTO namespace (name, organization_id, created_at) VALUES ($1, $2, db_now()) ON CONFLICT (name) DO NOTHING";

    const string NamespaceSql = "SELECT organization_id FROM namespace WHERE name = $1";

    const string NamespaceLockedSql = $"{NamespaceSql} FOR UPDATE";

    // Repositories below the name keep it for their organization: every such name lies between NAME/ and NAME0.
    const string FreeNameSql = """
        DELETE FROM namespace WHERE name = $1 AND NOT EXISTS (SELECT 1 FROM repository WHERE name > $2 AND name < $3)
        """;

    const string DeleteSql = "DELETE FROM bucket WHERE id = $1";

    const string HasVersionSql = "SELECT 1 FROM object_version WHERE bucket_id = $1 LIMIT 1";

    const string SetVersioningSql = "UPDATE bucket SET versioning = $2 WHERE id = $1";

    const string SetAclSql = "UPDATE bucket SET acl = $2 WHERE id = $1";

    const string SetTagsSql = "UPDATE bucket SET tags = $2 WHERE id = $1";

    const string SetEmptyingSql = "UPDATE bucket SET emptying = $2 WHERE id = $1";

    public static ValueTask<Bucket?> FindAsync(CatalogSession tx, string name) => tx.FindAsync(FindSql, Map, Encoding.UTF8.GetBytes(name));

    /// <summary>
    /// The bucket, kept from being deleted or changed until the transaction ends; every write into it begins here.
    /// Throws NoSuchBucket when it is gone.
    /// </summary>
    public static async ValueTask<Bucket> HoldAsync(CatalogSession tx, long id) =>
        await tx.FindAsync(tx.HasRowLocks ? HoldSql + " FOR SHARE" : HoldSql, Map, id) ?? throw Gone();

    /// <summary>Like <see cref="HoldAsync"/>, but against every other writer into the bucket as well.</summary>
    public static async ValueTask<Bucket> LockAsync(CatalogSession tx, long id) =>
        await tx.FindAsync(tx.HasRowLocks ? HoldSql + " FOR UPDATE" : HoldSql, Map, id) ?? throw Gone();

    /// <summary>Buckets in name order, beginning with <paramref name="from"/>.</summary>
    public static ValueTask<List<Bucket>> ListAsync(CatalogSession tx, string from, int limit) =>
        tx.ListAsync(ListSql, Map, Encoding.UTF8.GetBytes(from), (long)limit);

    /// <summary>Null when the name is taken, by a bucket or by another organization's repositories.</summary>
    public static async ValueTask<Bucket?> CreateAsync(
        CatalogSession tx,
        string name,
        long organizationId,
        string owner,
        CannedAcl acl,
        IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        await tx.ExecuteAsync(TakeNameSql, bytes, organizationId);
        var holder = await tx.FindAsync(tx.HasRowLocks ? NamespaceLockedSql : NamespaceSql, row => row.GetInt64(0), bytes);
        if (holder != organizationId || await RepositoryTable.FindAsync(tx, name) is not null)
            return null;
        var bucket = await tx.FindAsync(InsertSql, Map, bytes, organizationId, owner, (long)acl, Pairs.Encode(tags));
        if (bucket is not null)
            await RepositoryTable.CreateOfBucketAsync(tx, bytes, organizationId, owner, bucket.Id);
        return bucket;
    }

    /// <summary>Deletes an empty bucket, its unfinished uploads with it. Throws BucketNotEmpty while any version is left.</summary>
    public static async ValueTask DeleteAsync(CatalogSession tx, Bucket bucket)
    {
        await LockAsync(tx, bucket.Id);
        if (await tx.FindAsync(HasVersionSql, row => row.GetInt64(0), bucket.Id) != 0)
            throw new StoreException(StoreError.BucketNotEmpty, $"bucket {bucket.Name} still holds objects, versions or delete markers");
        await UploadTable.ExpireAllAsync(tx, bucket.Id);
        await RepositoryTable.BuryOfBucketAsync(tx, bucket.Id);
        await tx.ExecuteAsync(DeleteSql, bucket.Id);
        await FreeNameAsync(tx, Encoding.UTF8.GetBytes(bucket.Name));
    }

    static async ValueTask FreeNameAsync(CatalogSession tx, byte[] name)
    {
        // Whoever makes a repository holds the name as well: it is waited for, so that what it made is seen.
        if (tx.HasRowLocks)
            await tx.FindAsync(NamespaceLockedSql, row => row.GetInt64(0), name);
        // From "name/" up to what comes behind all names that begin so.
        await tx.ExecuteAsync(FreeNameSql, name, (byte[])[.. name, (byte)'/'], (byte[])[.. name, (byte)'/' + 1]);
    }

    public static async ValueTask SetVersioningAsync(CatalogSession tx, long id, BucketVersioning versioning)
    {
        await LockAsync(tx, id);
        await tx.ExecuteAsync(SetVersioningSql, id, (long)versioning);
    }

    public static ValueTask SetAclAsync(CatalogSession tx, long id, CannedAcl acl) => SetAsync(tx, SetAclSql, id, (long)acl);

    /// <summary>An empty list removes the tag set.</summary>
    public static ValueTask SetTagsAsync(CatalogSession tx, long id, IReadOnlyList<KeyValuePair<string, string>> tags) =>
        SetAsync(tx, SetTagsSql, id, Pairs.Encode(tags));

    /// <summary>While a bucket is being emptied it takes no new objects.</summary>
    public static ValueTask SetEmptyingAsync(CatalogSession tx, long id, bool emptying) =>
        SetAsync(tx, SetEmptyingSql, id, emptying ? 1L : 0L);

    static async ValueTask SetAsync(CatalogSession tx, string sql, long id, object? value)
    {
        if (await tx.ExecuteAsync(sql, id, value) != 1)
            throw Gone();
    }

    static StoreException Gone() => new(StoreError.NoSuchBucket, "the bucket was deleted meanwhile");

    static Bucket Map(CatalogRow row) => new(
        row.GetInt64(0),
        Encoding.UTF8.GetString(row.GetBytes(1)),
        row.GetInt64(2),
        row.GetString(3),
        CatalogTime.FromMicros(row.GetInt64(4)),
        (BucketVersioning)row.GetInt64(5),
        (CannedAcl)row.GetInt64(6),
        Pairs.Decode(row.IsNull(7) ? null : row.GetBytes(7)),
        row.GetInt64(8) != 0);
}
