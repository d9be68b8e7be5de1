using System.Buffers.Binary;
using System.Text;
using Holdfast.Core.Catalog;
using Holdfast.Core.Repositories.Retention;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>The queries of <c>repository</c>. Names are compared as bytes.</summary>
public static class RepositoryTable
{
    const string Columns = """
        id, name, organization_id, owner, created_at, is_public, description, immutable_tags, untagged_age, dangling_age, bucket_id,
        retention
        """;

    const string FindSql = $"SELECT {Columns} FROM repository WHERE name = $1";

    // Not what is buried under the same id.
    const string HoldSql = $"SELECT {Columns} FROM repository WHERE id = $1 AND name >= $2";

    const string HoldSharedSql = $"{HoldSql} FOR SHARE";

    const string HoldLockedSql = $"{HoldSql} FOR UPDATE";

    const string ListSql = $"SELECT {Columns} FROM repository WHERE name > $1 ORDER BY name LIMIT $2";

    const string ListReadableSql = $"""
        SELECT {Columns} FROM repository
        WHERE name > $1 AND (is_public = 1 OR (organization_id = $2 AND (owner = $3 OR $4 = 1))) ORDER BY name LIMIT $5
        """;

    // By repository_public.
    const string ListPublicSql = $"SELECT {Columns} FROM repository WHERE name > $1 AND is_public = 1 ORDER BY name LIMIT $2";

    const string InsertSql = $"""
        INSERT INTO repository (name, organization_id, owner, created_at, is_public, description, immutable_tags)
        VALUES ($1, $2, $3, db_now(), 0, '', '')
        ON CONFLICT (name) DO NOTHING
        RETURNING {Columns}
        """;

    const string TakeNamespaceSql =
        "INSERT INTO namespace (name, organization_id, created_at) VALUES ($1, $2, db_now()) ON CONFLICT (name) DO NOTHING";

    const string NamespaceSql = "SELECT organization_id FROM namespace WHERE name = $1";

    const string NamespaceLockedSql = $"{NamespaceSql} FOR SHARE";

    const string SetSql = """
        UPDATE repository SET is_public = $2, description = $3, immutable_tags = $4, untagged_age = $5, dangling_age = $6, retention = $7
        WHERE id = $1
        """;

    // By repository_retained.
    const string ListRetainedSql = $"SELECT {Columns} FROM repository WHERE retention IS NOT NULL AND id > $1 ORDER BY id LIMIT $2";

    const string OfBucketSql = $"SELECT {Columns} FROM repository WHERE bucket_id = $1";

    const string InsertOfBucketSql = """
        INSERT INTO repository (name, organization_id, owner, created_at, is_public, description, immutable_tags, bucket_id)
        VALUES ($1, $2, $3, db_now(), 0, '', '', $4)
        ON CONFLICT (name) DO NOTHING
        """;

    // What is left of a deleted repository hides behind a name that nobody can ask for until collection has emptied it.
    const string BurySql = """
        UPDATE repository
        SET name = $2, is_public = 0, bucket_id = NULL, untagged_age = NULL, dangling_age = NULL, retention = NULL
        WHERE id = $1
        """;

    const string DeleteSql = "DELETE FROM repository WHERE id = $1";

    const string BuriedSql = "SELECT id FROM repository WHERE name < $1 ORDER BY name LIMIT 1";

    const string BuriedLockedSql = $"{BuriedSql} FOR UPDATE SKIP LOCKED";

    // Names begin with a letter or a digit. As bytes: to SQLite any text comes before all blobs.
    static readonly byte[] FirstName = "0"u8.ToArray();

    public static ValueTask<Repository?> FindAsync(CatalogSession tx, string name) =>
        tx.FindAsync(FindSql, Map, Encoding.UTF8.GetBytes(name));

    /// <summary>
    /// The repository, kept from being deleted or changed until the transaction ends; every write into it begins here.
    /// Throws NoSuchRepository when it is gone.
    /// </summary>
    public static async ValueTask<Repository> HoldAsync(CatalogSession tx, long id) =>
        await tx.FindAsync(tx.HasRowLocks ? HoldSharedSql : HoldSql, Map, id, FirstName) ?? throw Gone();

    /// <summary>Like <see cref="HoldAsync"/>, but against every other writer into the repository as well.</summary>
    public static async ValueTask<Repository> LockAsync(CatalogSession tx, long id) =>
        await tx.FindAsync(tx.HasRowLocks ? HoldLockedSql : HoldSql, Map, id, FirstName) ?? throw Gone();

    /// <summary>Repositories in name order behind <paramref name="after"/>.</summary>
    public static ValueTask<List<Repository>> ListAsync(CatalogSession tx, string after, int limit) =>
        tx.ListAsync(ListSql, Map, Behind(after), (long)limit);

    /// <summary>
    /// Like <see cref="ListAsync"/>, of those that are public or that the owner (with <paramref name="isOrganizationOwner"/>: anyone of the
    /// organization) has.
    /// </summary>
    public static ValueTask<List<Repository>> ListReadableAsync(
        CatalogSession tx, string after, long organization, string owner, bool isOrganizationOwner, int limit) =>
        tx.ListAsync(
            ListReadableSql, Map, Behind(after), organization, owner, isOrganizationOwner ? 1L : 0L, (long)limit);

    /// <summary>Like <see cref="ListAsync"/>, of those that are public.</summary>
    public static ValueTask<List<Repository>> ListPublicAsync(CatalogSession tx, string after, int limit) =>
        tx.ListAsync(ListPublicSql, Map, Behind(after), (long)limit);

    /// <summary>
    /// The repository of this name, made when there is none. Throws NameReserved when the name's first component belongs to another
    /// organization.
    /// </summary>
    public static async ValueTask<Repository> EnsureAsync(CatalogSession tx, RepositoryName name, long organization, string owner)
    {
        var root = Encoding.UTF8.GetBytes(name.Namespace);
        await tx.ExecuteAsync(TakeNamespaceSql, root, organization);
        var holder = await tx.FindAsync(tx.HasRowLocks ? NamespaceLockedSql : NamespaceSql, row => row.GetInt64(0), root);
        if (holder != organization)
            throw new StoreException(StoreError.NameReserved, $"the namespace {name.Namespace} belongs to another organization");
        var bytes = Encoding.UTF8.GetBytes(name.ToString());
        return await tx.FindAsync(InsertSql, Map, bytes, organization, owner)
            ?? await tx.FindAsync(FindSql, Map, bytes)
            ?? throw Gone();
    }

    public static async ValueTask SetAsync(CatalogSession tx, Repository repository) => await tx.ExecuteAsync(
        SetSql,
        repository.Id,
        repository.IsPublic ? 1L : 0L,
        repository.Description,
        string.Join('\n', repository.ImmutableTags),
        Micros(repository.UntaggedAge),
        Micros(repository.DanglingAge),
        RetentionRules.Write(repository.Retention));

    /// <summary>Repositories with rules of retention, by id.</summary>
    internal static ValueTask<List<Repository>> ListRetainedAsync(CatalogSession tx, long after, int limit) =>
        tx.ListAsync(ListRetainedSql, Map, after, (long)limit);

    /// <summary>The repository that a new bucket is; false when one of this name is there already.</summary>
    internal static async ValueTask<bool> CreateOfBucketAsync(
        CatalogSession tx, byte[] name, long organization, string owner, long bucket) =>
        await tx.ExecuteAsync(InsertOfBucketSql, name, organization, owner, bucket) == 1;

    /// <summary>The bucket goes, and with it what was attached to its objects.</summary>
    internal static async ValueTask BuryOfBucketAsync(CatalogSession tx, long bucket)
    {
        if (await tx.FindAsync(OfBucketSql, Map, bucket) is { } repository)
            await BuryAsync(tx, repository);
    }

    /// <summary>Deletes the repository as far as anybody can see; collection removes what it held, step by step.</summary>
    public static async ValueTask BuryAsync(CatalogSession tx, Repository repository)
    {
        await LockAsync(tx, repository.Id);
        var name = new byte[1 + sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(name.AsSpan(1), repository.Id);
        await tx.ExecuteAsync(BurySql, repository.Id, name);
    }

    /// <summary>A deleted repository that is not empty yet; 0 when there is none.</summary>
    internal static ValueTask<long> FindBuriedAsync(CatalogSession tx) =>
        tx.FindAsync(tx.HasRowLocks ? BuriedLockedSql : BuriedSql, row => row.GetInt64(0), FirstName);

    internal static ValueTask<int> DeleteAsync(CatalogSession tx, long id) => tx.ExecuteAsync(DeleteSql, id);

    public static StoreException Gone() => new(StoreError.NoSuchRepository, "there is no repository of this name");

    // Every name begins with a letter or a digit; what is buried comes before them.
    static byte[] Behind(string after) => Encoding.UTF8.GetBytes(string.CompareOrdinal(after, "/") < 0 ? "/" : after);

    static Repository Map(CatalogRow row) => new(
        row.GetInt64(0),
        RepositoryName.Parse(Encoding.UTF8.GetString(row.GetSpan(1))),
        row.GetInt64(2),
        row.GetString(3),
        CatalogTime.FromMicros(row.GetInt64(4)),
        row.GetInt64(5) != 0,
        row.GetString(6),
        row.GetString(7).Split('\n', StringSplitOptions.RemoveEmptyEntries))
    {
        UntaggedAge = Age(row.FindInt64(8)),
        DanglingAge = Age(row.FindInt64(9)),
        BucketId = row.FindInt64(10),
        Retention = RetentionRules.Read(row.FindString(11)),
    };

    static long? Micros(TimeSpan? age) => age is { } span ? CatalogTime.ToMicros(span) : null;

    static TimeSpan? Age(long? micros) => micros is { } count ? TimeSpan.FromMicroseconds(count) : null;
}
