using System.Net;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Protocol.Oci;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Content of registries for tests: digests, documents, and how they are pushed.</summary>
static class Image
{
    public const string ManifestType = MediaTypes.OciManifest;
    public const string IndexType = MediaTypes.OciIndex;
    public const string ConfigType = "application/vnd.oci.image.config.v1+json";
    public const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";

    static int _seed = 1000;

    /// <summary>Bytes that no other call gives.</summary>
    public static byte[] NewBytes(int length) => TestBytes.Of(length, Interlocked.Increment(ref _seed));

    public static string Sha256(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    public static string Sha512(byte[] content) => "sha512:" + Convert.ToHexStringLower(SHA512.HashData(content));

    public static string Named(byte[] content, string algorithm) => algorithm == "sha512" ? Sha512(content) : Sha256(content);

    /// <summary>A digest of content that nobody ever pushed.</summary>
    public static string Unknown(string algorithm = "sha256") => Named(NewBytes(40), algorithm);

    /// <summary>A descriptor in JSON; <paramref name="more"/> are further members, with a comma before the first.</summary>
    public static string Descriptor(string mediaType, string digest, long size, string more = "") =>
        $$"""{"mediaType":"{{mediaType}}","digest":"{{digest}}","size":{{size}}{{more}}}""";

    /// <summary>An image manifest; <paramref name="more"/> are further members, with a comma before the first.</summary>
    public static byte[] Manifest(string config, IEnumerable<string> layers, string more = "") => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{ManifestType}}","config":{{config}},"layers":[{{string.Join(',', layers)}}]{{more}}}""");

    public static byte[] Index(IEnumerable<string> manifests, string more = "") => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{IndexType}}","manifests":[{{string.Join(',', manifests)}}]{{more}}}""");

    /// <summary>The member that names a subject.</summary>
    public static string Subject(string digest, long size = 123) => $",\"subject\":{Descriptor(ManifestType, digest, size)}";

    /// <summary>Pushes a blob by POST and PUT; its digest.</summary>
    public static async Task<string> PushBlobAsync(this OciClient client, string repository, byte[] content, string algorithm = "sha256")
    {
        var digest = Named(content, algorithm);
        var upload = (await client.PostAsync($"/v2/{repository}/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
        (await client.PutAsync($"{upload.Location}?digest={digest}", content)).Expect(HttpStatusCode.Created);
        return digest;
    }

    public static Task<OciReply> PutManifestAsync(
        this OciClient client, string repository, string reference, byte[] manifest, string mediaType = ManifestType) =>
        client.PutAsync($"/v2/{repository}/manifests/{reference}", manifest, ("Content-Type", mediaType));

    /// <summary>Pushes a config and a layer that nobody else has and a manifest of both; the manifest.</summary>
    public static async Task<byte[]> PushImageAsync(this OciClient client, string repository, string? reference = null, string more = "")
    {
        var manifest = await client.PrepareImageAsync(repository, more);
        (await client.PutManifestAsync(repository, reference ?? Sha256(manifest), manifest)).Expect(HttpStatusCode.Created);
        return manifest;
    }

    /// <summary>Like <see cref="PushImageAsync"/> without the manifest, whose bytes it gives.</summary>
    public static async Task<byte[]> PrepareImageAsync(this OciClient client, string repository, string more = "")
    {
        var (config, layer) = (NewBytes(60), NewBytes(300));
        return Manifest(
            Descriptor(ConfigType, await client.PushBlobAsync(repository, config), config.Length),
            [Descriptor(LayerType, await client.PushBlobAsync(repository, layer), layer.Length)],
            more);
    }
}
