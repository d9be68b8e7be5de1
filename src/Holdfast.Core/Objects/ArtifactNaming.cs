using Holdfast.Core.Catalog;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;

namespace Holdfast.Core.Objects;

/// <summary>
/// Gives versions the number their artifact manifest is found by: at once when somebody is shown its digest, all others a few at a time in
/// the background. Not with the write: a random page of an index more for each would cost small puts 40 % of their rate (measured).
/// Bounded steps; any number of nodes may run it.
/// </summary>
public sealed class ArtifactNaming(Catalog.Catalog catalog)
{
    const int BatchSize = 1000;

    // By object_version_unnamed, which holds what waits for a SHA-256 and nothing else once the upgrade is through.
    const string FindSql = """
        SELECT v.bucket_id, v.key, v.seq, v.nonce, v.size, COALESCE(b.digest, c.digest)
        FROM object_version v LEFT JOIN blob b ON b.id = v.blob_id LEFT JOIN composite c ON c.id = v.composite_id
        WHERE v.artifact IS NULL AND v.is_marker = 0 AND COALESCE(b.digest, c.digest) IS NOT NULL LIMIT $1
        """;

    const string SetSql = """
        UPDATE object_version SET artifact = $5
        WHERE bucket_id = $1 AND key = $2 AND seq = $3 AND nonce = $4 AND artifact IS NULL
        """;

    const string IsNamedSql = """
        SELECT 1 FROM object_version WHERE bucket_id = $1 AND artifact = $2 AND key = $3 AND seq = $4
        """;

    /// <summary>One step.</summary>
    public async ValueTask RunOnceAsync(CancellationToken ct)
    {
        var found = await catalog.ReadAsync(tx => tx.ListAsync(FindSql, Map, (long)BatchSize), ct);
        if (found.Count > 0)
            await catalog.WriteAsync(tx => SetAsync(tx, found), ct);
    }

    /// <summary>
    /// Makes the version found by the digest that its reader is about to be shown; null while its content's is not known.
    /// </summary>
    public async ValueTask<Digest?> NameAsync(ObjectVersion version, CancellationToken ct)
    {
        if (version.ArtifactDigest is not { } artifact)
            return null;
        var prefix = ArtifactManifest.Prefix(artifact);
        var (bucket, key, seq) = (version.BucketId, version.Key, version.Seq);
        if (await catalog.ReadAsync(tx => tx.FindAsync(IsNamedSql, row => row.GetInt64(0), bucket, prefix, key.Bytes, seq), ct) != 0)
            return artifact;
        try
        {
            await catalog.WriteAsync(tx => tx.ExecuteAsync(SetSql, bucket, key.Bytes, seq, version.Nonce, prefix), ct);
        }
        catch (StoreException refusal) when (refusal.Error is StoreError.StorageFull or StoreError.CatalogUnavailable)
        {
            // Reads go on while nothing can be written; the background finds it later.
        }
        return artifact;
    }

    static async ValueTask<int> SetAsync(CatalogSession tx, List<Unnamed> found)
    {
        foreach (var one in found)
        {
            var prefix = ArtifactManifest.Prefix(ArtifactManifest.DigestOf(one.Content, one.Size, one.Key));
            await tx.ExecuteAsync(SetSql, one.Bucket, one.Key.Bytes, one.Seq, one.Nonce, prefix);
        }
        return found.Count;
    }

    static Unnamed Map(CatalogRow row) => new(
        row.GetInt64(0),
        ObjectKey.FromTrusted(row.GetBytes(1)),
        row.GetInt64(2),
        row.GetInt64(3),
        row.GetInt64(4),
        new Digest(row.GetSpan(5)));

    sealed record Unnamed(long Bucket, ObjectKey Key, long Seq, long Nonce, long Size, Digest Content);
}
