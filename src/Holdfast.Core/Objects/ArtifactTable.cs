using System.Text;
using Holdfast.Core.Catalog;

namespace Holdfast.Core.Objects;

/// <summary>
/// What is known of a version as an artifact, beside the bytes: its type, facts about it (<paramref name="TypeMetadata"/>: name, version,
/// architecture, …), free annotations and indexed labels. Null type: not looked at, or plain binary.
/// </summary>
public sealed record Artifact(
    string? Type,
    IReadOnlyList<KeyValuePair<string, string>> TypeMetadata,
    IReadOnlyList<KeyValuePair<string, string>> Annotations,
    IReadOnlyList<KeyValuePair<string, string>> Labels)
{
    public static readonly Artifact Unknown = new(null, [], [], []);
}

/// <summary>The queries of <c>artifact</c> and <c>artifact_label</c>.</summary>
public static class ArtifactTable
{
    const string FindSql = "SELECT type, type_metadata, annotations FROM artifact WHERE bucket_id = $1 AND key = $2 AND seq = $3";

    const string LabelsSql = "SELECT name, value FROM artifact_label WHERE bucket_id = $1 AND key = $2 AND seq = $3 ORDER BY name";

    const string SetSql = """
        INSERT INTO artifact (bucket_id, key, seq, type, type_metadata, annotations) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (bucket_id, key, seq) DO UPDATE
        SET type = excluded.type, type_metadata = excluded.type_metadata, annotations = excluded.annotations
        """;

    // The time of creation too: without versioning, sequence numbers begin anew with a key that was deleted.
    const string HoldSql = "SELECT 1 FROM object_version WHERE bucket_id = $1 AND key = $2 AND seq = $3 AND created_at = $4";

    const string HoldLockedSql = $"{HoldSql} FOR UPDATE";

    const string SetTypeSql = """
        INSERT INTO artifact (bucket_id, key, seq, type, type_metadata, annotations) VALUES ($1, $2, $3, $4, $5, NULL)
        ON CONFLICT (bucket_id, key, seq) DO UPDATE SET type = excluded.type, type_metadata = excluded.type_metadata
        """;

    const string AddLabelSql = "INSERT INTO artifact_label (bucket_id, name, value, key, seq) VALUES ($1, $2, $3, $4, $5)";

    const string TouchSql = """
        UPDATE object_version SET updated_at = db_now() WHERE bucket_id = $1 AND key = $2 AND seq = $3 RETURNING updated_at
        """;

    const string DeleteSql = "DELETE FROM artifact WHERE bucket_id = $1 AND key = $2 AND seq = $3";

    const string DeleteLabelsSql = "DELETE FROM artifact_label WHERE bucket_id = $1 AND key = $2 AND seq = $3";

    /// <summary>
    /// Makes this transaction the only one that changes the version's record until it ends, so that what is read from now on is what is
    /// changed. False when the version is gone.
    /// </summary>
    public static async ValueTask<bool> HoldAsync(CatalogSession tx, ObjectVersion version) => await tx.FindAsync(
        tx.HasRowLocks ? HoldLockedSql : HoldSql,
        row => row.GetInt64(0),
        version.BucketId,
        version.Key.Bytes,
        version.Seq,
        CatalogTime.ToMicros(version.CreatedAt)) != 0;

    public static async ValueTask<Artifact> FindAsync(CatalogSession tx, ObjectVersion version)
    {
        var artifact = await tx.FindAsync(FindSql, Map, version.BucketId, version.Key.Bytes, version.Seq);
        return artifact is null ? Artifact.Unknown : artifact with { Labels = await LabelsAsync(tx, version) };
    }

    /// <summary>Replaces the whole record of a version that is held; the version with its new time of change.</summary>
    public static async ValueTask<ObjectVersion> SetAsync(CatalogSession tx, ObjectVersion version, Artifact artifact)
    {
        var updatedAt = await tx.FindAsync(TouchSql, row => row.GetInt64(0), version.BucketId, version.Key.Bytes, version.Seq);
        await tx.ExecuteAsync(
            SetSql,
            version.BucketId,
            version.Key.Bytes,
            version.Seq,
            artifact.Type,
            Pairs.Encode(artifact.TypeMetadata),
            Pairs.Encode(artifact.Annotations));
        await tx.ExecuteAsync(DeleteLabelsSql, version.BucketId, version.Key.Bytes, version.Seq);
        foreach (var (name, value) in artifact.Labels)
        {
            var (nameBytes, valueBytes) = (Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
            await tx.ExecuteAsync(AddLabelSql, version.BucketId, nameBytes, valueBytes, version.Key.Bytes, version.Seq);
        }
        return version with { UpdatedAt = CatalogTime.FromMicros(updatedAt) };
    }

    /// <summary>Sets the type of a version that is held and has none yet, leaving its time of change alone.</summary>
    public static ValueTask<int> SetTypeAsync(
        CatalogSession tx,
        ObjectVersion version,
        string type,
        IReadOnlyList<KeyValuePair<string, string>> metadata) =>
        tx.ExecuteAsync(SetTypeSql, version.BucketId, version.Key.Bytes, version.Seq, type, Pairs.Encode(metadata));

    internal static async ValueTask DeleteAsync(CatalogSession tx, ObjectVersion version)
    {
        if (await tx.ExecuteAsync(DeleteSql, version.BucketId, version.Key.Bytes, version.Seq) > 0)
            await tx.ExecuteAsync(DeleteLabelsSql, version.BucketId, version.Key.Bytes, version.Seq);
    }

    static async ValueTask<List<KeyValuePair<string, string>>> LabelsAsync(CatalogSession tx, ObjectVersion version) =>
        await tx.ListAsync(
            LabelsSql,
            row => new KeyValuePair<string, string>(Encoding.UTF8.GetString(row.GetSpan(0)), Encoding.UTF8.GetString(row.GetSpan(1))),
            version.BucketId,
            version.Key.Bytes,
            version.Seq);

    static Artifact Map(CatalogRow row) => new(row.FindString(0), Pairs.Decode(row.FindBytes(1)), Pairs.Decode(row.FindBytes(2)), []);
}
