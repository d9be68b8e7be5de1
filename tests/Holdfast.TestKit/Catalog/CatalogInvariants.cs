using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.TestKit.Catalog;

/// <summary>What holds of the rows after every commit, and which tables hold what somebody stored.</summary>
public static class CatalogInvariants
{
    static readonly (string What, string Sql)[] Violations =
    [
        ("a blob counts other links than it has", """
            SELECT COUNT(*) FROM blob WHERE state = 0 AND refs <> (SELECT COUNT(*) FROM object_version o WHERE o.blob_id = blob.id)
                + (SELECT COUNT(*) FROM composite_part p WHERE p.blob_id = blob.id)
                + (SELECT COUNT(*) FROM upload_part u WHERE u.blob_id = blob.id)
                + (SELECT COUNT(*) FROM repository_blob l WHERE l.blob_id = blob.id)
                + (SELECT COUNT(*) FROM manifest m WHERE m.blob_id = blob.id)
                + (SELECT COUNT(*) FROM blob_upload_part c WHERE c.blob_id = blob.id)
            """),
        ("a composite counts other links than it has", """
            SELECT COUNT(*) FROM composite WHERE refs <> (SELECT COUNT(*) FROM object_version o WHERE o.composite_id = composite.id)
                + (SELECT COUNT(*) FROM upload_part u WHERE u.composite_id = composite.id)
                + (SELECT COUNT(*) FROM repository_blob l WHERE l.composite_id = composite.id)
            """),
        ("a link leads to no blob", """
            SELECT COUNT(*) FROM repository_blob l WHERE l.blob_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = l.blob_id AND b.state = 0 AND b.digest = l.digest AND b.size = l.size)
            """),
        ("a link leads to no composite", """
            SELECT COUNT(*) FROM repository_blob l WHERE l.blob_id IS NULL AND NOT EXISTS (
                SELECT 1 FROM composite c WHERE c.id = l.composite_id AND c.size = l.size
                AND c.size = (SELECT SUM(p.size) FROM composite_part p WHERE p.composite_id = c.id))
            """),
        ("a manifest has no bytes", """
            SELECT COUNT(*) FROM manifest m WHERE NOT EXISTS (
                SELECT 1 FROM blob b WHERE b.id = m.blob_id AND b.state = 0 AND b.digest = m.digest AND b.size = m.size)
            """),
        ("a tag points to no manifest", """
            SELECT COUNT(*) FROM tag t
            WHERE NOT EXISTS (SELECT 1 FROM manifest m WHERE m.repository_id = t.repository_id AND m.digest = t.digest)
            """),
        ("a manifest counts other tags than it has", """
            SELECT COUNT(*) FROM manifest m
            WHERE m.tags <> (SELECT COUNT(*) FROM tag t WHERE t.repository_id = m.repository_id AND t.digest = m.digest)
                + (SELECT COUNT(*) FROM removed_tag r WHERE r.repository_id = m.repository_id AND r.digest = m.digest)
            """),
        ("a blob of a repository counts other manifests than name it", """
            SELECT COUNT(*) FROM repository_blob l WHERE l.uses <> (SELECT COUNT(*) FROM manifest_ref r
                WHERE r.repository_id = l.repository_id AND r.kind = 0 AND r.target = l.digest)
            """),
        ("a manifest names a blob that its repository lacks", """
            SELECT COUNT(*) FROM manifest_ref r WHERE r.kind = 0 AND NOT EXISTS (
                SELECT 1 FROM repository_blob l WHERE l.repository_id = r.repository_id AND l.digest = r.target)
            """),
        ("what a manifest named outlived it", """
            SELECT COUNT(*) FROM manifest_ref r
            WHERE NOT EXISTS (SELECT 1 FROM manifest m WHERE m.repository_id = r.repository_id AND m.digest = r.parent)
            """),
        ("an upload is another size than its chunks", """
            SELECT COUNT(*) FROM blob_upload u WHERE u.parts <> (SELECT COUNT(*) FROM blob_upload_part p WHERE p.upload = u.id)
                OR u.size <> (SELECT COALESCE(SUM(p.size), 0) FROM blob_upload_part p WHERE p.upload = u.id)
            """),
        ("a chunk outlived its upload", """
            SELECT COUNT(*) FROM blob_upload_part p WHERE NOT EXISTS (SELECT 1 FROM blob_upload u WHERE u.id = p.upload)
            """),
        ("a stretch outlived its composite", """
            SELECT COUNT(*) FROM composite_part p WHERE NOT EXISTS (SELECT 1 FROM composite c WHERE c.id = p.composite_id)
            """),
        ("a small blob has no bytes", """
            SELECT COUNT(*) FROM blob b WHERE b.location IS NULL AND NOT EXISTS (SELECT 1 FROM small_blob s WHERE s.id = b.id)
            """),
        ("bytes in a row outlived their blob", """
            SELECT COUNT(*) FROM small_blob s WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = s.id)
            """),
        ("checksums outlived their blob", """
            SELECT COUNT(*) FROM blob_sums s WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = s.blob_id)
            """),
    ];

    static readonly string[] Contents =
    [
        "repository_blob", "manifest", "manifest_ref", "tag", "removed_tag", "blob_upload", "blob_upload_part", "composite",
        "composite_part", "small_blob", "blob_sums", "blob",
    ];

    /// <summary>What does not hold, each in a sentence; none at any moment, whatever goes on.</summary>
    public static ValueTask<List<string>> ListViolationsAsync(Store catalog, CancellationToken ct) =>
        CountAsync(catalog, Violations, ct);

    /// <summary>The tables that are not empty of what repositories hold.</summary>
    public static ValueTask<List<string>> ListLeftoversAsync(Store catalog, CancellationToken ct) =>
        CountAsync(catalog, [.. Contents.Select(table => (table, $"SELECT COUNT(*) FROM {table}"))], ct);

    static async ValueTask<List<string>> CountAsync(Store catalog, (string What, string Sql)[] queries, CancellationToken ct)
    {
        var found = new List<string>();
        foreach (var (what, sql) in queries)
        {
            // Each is a look of its own: together they would hold up a checkpoint.
            if (await catalog.ReadAsync(tx => tx.FindAsync(sql, row => row.GetInt64(0)), ct) is > 0 and var count)
                found.Add($"{what}: {count}");
        }
        return found;
    }
}
