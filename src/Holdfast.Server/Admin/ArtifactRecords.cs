using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Core.Access;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;

namespace Holdfast.Server.Admin;

/// <summary>GET and PATCH of an object's artifact record.</summary>
static class ArtifactRecords
{
    public static async Task GetAsync(AdminCall call)
    {
        var bucket = await call.BucketAsync(Right.ReadObject);
        var version = await FindAsync(call, bucket);
        var artifact = await ReadAsync(call, bucket, version);
        await call.Store.Naming.NameAsync(version, call.Aborted);
        await call.AnswerAsync(Describe(bucket, version, artifact));
    }

    public static async Task PatchAsync(AdminCall call)
    {
        var bucket = await call.BucketAsync(Right.WriteObject);
        await call.Store.Growth.RequireAsync(call.Aborted);
        var changes = await call.ReadObjectAsync();
        var version = await FindAsync(call, bucket);
        // The bytes are looked at before the transaction, which awaits nothing else. A type, once set, is only ever replaced.
        var seen = ArtifactPatch.ForgetsType(changes) ? await LookAsync(call, bucket, version) : await ReadAsync(call, bucket, version);
        var (changed, artifact) = await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                if (!await ArtifactTable.HoldAsync(tx, version))
                    throw Absent(bucket.Name, version.Key);
                var known = await ArtifactTable.FindAsync(tx, version);
                var merged = ArtifactPatch.Apply(known, changes, seen);
                return (await ArtifactTable.SetAsync(tx, version, merged), merged);
            },
            call.Aborted);
        await call.Store.Naming.NameAsync(changed, call.Aborted);
        await call.AnswerAsync(Describe(bucket, changed, artifact));
    }

    static async ValueTask<ObjectVersion> FindAsync(AdminCall call, Bucket bucket)
    {
        var text = call.Query.Find("key") ?? call.Route("key");
        if (text.Length == 0)
            throw new StoreException(StoreError.InvalidArgument, "the object's key is missing from the path")
            {
                Details = [new("key", "required")],
            };
        var key = ObjectKey.FromUtf8(Encoding.UTF8.GetBytes(text));
        var wanted = call.Version;
        var version = await call.Store.Catalog.ReadAsync(tx => ObjectTable.FindAsync(tx, bucket.Id, key, wanted), call.Aborted);
        return version is { IsMarker: false } ? version : throw Absent(bucket.Name, key);
    }

    // What background detection has not reached, or forgot in a crash, is found now.
    static async ValueTask<Artifact> ReadAsync(AdminCall call, Bucket bucket, ObjectVersion version)
    {
        var known = await call.Store.Catalog.ReadAsync(tx => ArtifactTable.FindAsync(tx, version), call.Aborted);
        if (known.Type is not null)
            return known;
        var seen = await LookAsync(call, bucket, version);
        return known with { Type = seen.Type, TypeMetadata = seen.TypeMetadata };
    }

    static async ValueTask<Artifact> LookAsync(AdminCall call, Bucket bucket, ObjectVersion version) =>
        await call.Store.Artifacts.LookAsync(version, call.Aborted) ?? throw Absent(bucket.Name, version.Key);

    static JsonObject Describe(Bucket bucket, ObjectVersion version, Artifact artifact) => new()
    {
        ["id"] = $"{bucket.Name}/{version.Key}@{version.VersionId}",
        ["bucket"] = bucket.Name,
        ["key"] = version.Key.ToString(),
        ["version_id"] = version.VersionId,
        ["size"] = version.Size,
        ["content_type"] = version.Header("content-type") ?? "binary/octet-stream",
        ["sha256"] = version.Content?.Digest?.Hex,
        ["manifest_digest"] = version.ArtifactDigest?.ToString(),
        ["etag"] = version.ETag.ToString(),
        ["created_at"] = AdminCall.Iso(version.CreatedAt),
        ["updated_at"] = AdminCall.Iso(version.UpdatedAt),
        ["artifact_type"] = artifact.Type ?? ArtifactKind.Binary,
        ["type_metadata"] = ToJson(artifact.TypeMetadata),
        ["owner"] = version.Owner,
        ["labels"] = ToJson(artifact.Labels),
        ["annotations"] = ToJson(artifact.Annotations),
    };

    static JsonObject ToJson(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        var json = new JsonObject();
        foreach (var (name, value) in pairs)
            json[name] = value;
        return json;
    }

    static StoreException Absent(string bucket, ObjectKey key) => new(StoreError.NoSuchKey, $"there is no object {key} in bucket {bucket}");
}
