namespace Holdfast.Core.Tests.Repositories;

/// <summary>Queries for rows whose counts are not what other rows say; there must never be any.</summary>
static class RepositoryCounts
{
    const string BlobRefs = """
        SELECT id FROM blob WHERE state = 0 AND refs <> (SELECT COUNT(*) FROM repository_blob l WHERE l.blob_id = blob.id)
            + (SELECT COUNT(*) FROM manifest m WHERE m.blob_id = blob.id)
            + (SELECT COUNT(*) FROM blob_upload_part u WHERE u.blob_id = blob.id)
            + (SELECT COUNT(*) FROM composite_part p WHERE p.blob_id = blob.id)
        """;

    const string CompositeRefs = """
        SELECT id FROM composite WHERE refs <> (SELECT COUNT(*) FROM repository_blob l WHERE l.composite_id = composite.id)
        """;

    const string BlobUses = """
        SELECT repository_id FROM repository_blob l WHERE uses <> (
            SELECT COUNT(*) FROM manifest_ref r WHERE r.repository_id = l.repository_id AND r.target = l.digest AND r.kind = 0)
        """;

    const string ManifestTags = """
        SELECT repository_id FROM manifest m WHERE tags <> (
            SELECT COUNT(*) FROM tag t WHERE t.repository_id = m.repository_id AND t.digest = m.digest)
        """;

    const string LostRefs = """
        SELECT r.repository_id FROM manifest_ref r LEFT JOIN manifest m ON m.repository_id = r.repository_id AND m.digest = r.parent
        WHERE m.digest IS NULL
        """;

    const string LostParts = "SELECT p.upload FROM blob_upload_part p LEFT JOIN blob_upload u ON u.id = p.upload WHERE u.id IS NULL";

    const string UploadSizes = """
        SELECT id FROM blob_upload u WHERE size <> (SELECT COALESCE(SUM(p.size), 0) FROM blob_upload_part p WHERE p.upload = u.id)
            OR parts <> (SELECT COUNT(*) FROM blob_upload_part p WHERE p.upload = u.id)
        """;

    public static readonly string[] Wrong = [BlobRefs, CompositeRefs, BlobUses, ManifestTags, LostRefs, LostParts, UploadSizes];
}
