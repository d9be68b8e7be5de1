using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Protocol.Oci;

namespace Holdfast.TestKit.Durability.Registry;

public sealed record RegistryBlob(byte[] Bytes)
{
    public string Digest { get; } = RegistryContents.DigestOf(Bytes);
}

/// <summary>A manifest and what it names.</summary>
public sealed record RegistryManifest(string MediaType, byte[] Bytes)
{
    public string Digest { get; } = RegistryContents.DigestOf(Bytes);

    public IReadOnlyList<RegistryBlob> Blobs { get; init; } = [];

    public IReadOnlyList<RegistryManifest> Children { get; init; } = [];

    public RegistryManifest? Subject { get; init; }
}

/// <summary>
/// A handful of blobs, images that share them, indexes that share images and artifacts that refer to images, the same in every run: so
/// workers collide.
/// </summary>
public sealed class RegistryContents
{
    // Rows of the catalog and files, at the boundary and well beyond it.
    static readonly int[] BlobSizes = [2, 700, 3000, 16 * 1024, 16 * 1024 + 1, 40_000, 70_000, 150_000, 9000, 24_000];

    // Every fourth manifest is a file too.
    const int LongAnnotation = 20_000;

    readonly Dictionary<string, RegistryManifest> _byDigest;

    public RegistryContents(int images = 12)
    {
        Blobs = [.. BlobSizes.Select((size, i) => new RegistryBlob(new Dice((ulong)i + 100).Bytes(size)))];
        Images = [.. Enumerable.Range(0, images).Select(Image)];
        Indexes = [.. Enumerable.Range(0, images / 4).Select(Index)];
        Referrers = [.. Enumerable.Range(0, images / 4).Select(Referrer)];
        Manifests = [.. Images, .. Indexes, .. Referrers];
        _byDigest = Manifests.ToDictionary(manifest => manifest.Digest);
    }

    public IReadOnlyList<RegistryBlob> Blobs { get; }

    public IReadOnlyList<RegistryManifest> Images { get; }

    public IReadOnlyList<RegistryManifest> Indexes { get; }

    public IReadOnlyList<RegistryManifest> Referrers { get; }

    public IReadOnlyList<RegistryManifest> Manifests { get; }

    public RegistryManifest? Find(string? digest) => digest is null ? null : _byDigest.GetValueOrDefault(digest);

    public static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    RegistryManifest Image(int number)
    {
        var dice = new Dice((ulong)number + 500);
        RegistryBlob[] blobs = [.. Enumerable.Range(0, 2 + dice.Next(3)).Select(_ => dice.Pick(Blobs)).Distinct()];
        var json = New(MediaTypes.OciManifest, number, number % 4 == 3);
        json["config"] = Describe("application/vnd.oci.image.config.v1+json", blobs[0].Digest, blobs[0].Bytes.Length);
        json["layers"] = Layers(blobs.Skip(1));
        return new(MediaTypes.OciManifest, Bytes(json)) { Blobs = blobs };
    }

    RegistryManifest Index(int number)
    {
        RegistryManifest[] children = [.. Enumerable.Range(0, 2 + number % 2).Select(i => Images[(number * 3 + i) % Images.Count])];
        var json = New(MediaTypes.OciIndex, number, number % 4 == 3);
        json["manifests"] = new JsonArray(
            [.. children.Select(child => Describe(MediaTypes.OciManifest, child.Digest, child.Bytes.Length))]);
        return new(MediaTypes.OciIndex, Bytes(json)) { Children = children };
    }

    RegistryManifest Referrer(int number)
    {
        var (subject, blob) = (Images[number % Images.Count], Blobs[number % Blobs.Count]);
        var json = New(MediaTypes.OciManifest, number, isLong: false);
        json["artifactType"] = "application/vnd.example.evidence";
        json["config"] = Describe(MediaTypes.EmptyConfig, Blobs[0].Digest, Blobs[0].Bytes.Length);
        json["layers"] = Layers([blob]);
        json["subject"] = Describe(MediaTypes.OciManifest, subject.Digest, subject.Bytes.Length);
        return new(MediaTypes.OciManifest, Bytes(json)) { Blobs = [.. new[] { Blobs[0], blob }.Distinct()], Subject = subject };
    }

    static JsonObject New(string mediaType, int number, bool isLong) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = mediaType,
        ["annotations"] = new JsonObject { ["number"] = $"{number}", ["long"] = new string('l', isLong ? LongAnnotation : 1) },
    };

    static JsonArray Layers(IEnumerable<RegistryBlob> blobs) =>
        new([.. blobs.Select(blob => Describe("application/vnd.oci.image.layer.v1.tar", blob.Digest, blob.Bytes.Length))]);

    static JsonObject Describe(string mediaType, string digest, long size) =>
        new JsonObject { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = size };

    static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
