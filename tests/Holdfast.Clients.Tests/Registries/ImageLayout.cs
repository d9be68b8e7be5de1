using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Registries;

/// <summary>An OCI image layout on disk, written without any client (image-spec, "Image Layout"): images of random files.</summary>
public sealed class ImageLayout
{
    const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    const string Index = "application/vnd.oci.image.index.v1+json";
    const string Config = "application/vnd.oci.image.config.v1+json";
    const string Layer = "application/vnd.oci.image.layer.v1.tar+gzip";

    readonly JsonArray _tagged = [];

    public ImageLayout(Sandbox sandbox, string name)
    {
        (Name, Folder) = (name, sandbox.EmptyFolder(name));
        Directory.CreateDirectory(Path.Combine(Folder, "blobs/sha256"));
        File.WriteAllText(Path.Combine(Folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    /// <summary>The folder's name in the sandbox.</summary>
    public string Name { get; }

    public string Folder { get; }

    /// <summary>The reference that clients read it by.</summary>
    public string Tag(string tag) => $"oci:{Folder}:{tag}";

    /// <summary>The bytes behind a digest.</summary>
    public byte[] Read(string digest) => File.ReadAllBytes(PathOf(Folder, digest));

    public static string PathOf(string layout, string digest) => Path.Combine(layout, "blobs/sha256", digest["sha256:".Length..]);

    /// <summary>An image of one file a layer; answers its manifest's digest.</summary>
    public string AddImage(string tag, params int[] layerBytes)
    {
        var image = Image("amd64", layerBytes);
        AddTag(tag, image);
        return (string)image["digest"]!;
    }

    /// <summary>An index of one image an architecture; answers its digest.</summary>
    public string AddIndex(string tag, params string[] architectures)
    {
        var index = Blob(Index, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Index,
            ["manifests"] = new JsonArray([.. architectures.Select(JsonNode (architecture) =>
            {
                var image = Image(architecture, 20_000);
                image["platform"] = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" };
                return image;
            })]),
        });
        AddTag(tag, index);
        return (string)index["digest"]!;
    }

    /// <summary>The digests of an image's layers, as its manifest has them.</summary>
    public static string[] LayersOf(byte[] manifest) =>
        [.. JsonNode.Parse(manifest)!["layers"]!.AsArray().Select(layer => (string)layer!["digest"]!)];

    /// <summary>Both layouts hold the same blobs: manifests, configurations and layers, to the byte.</summary>
    public void AssertSame(string layout) => Hashes.AssertSameTree(Path.Combine(Folder, "blobs"), Path.Combine(layout, "blobs"));

    JsonObject Image(string architecture, params int[] layerBytes)
    {
        JsonArray layers = [], sums = [];
        for (var i = 0; i < layerBytes.Length; i++)
        {
            var tar = Tar($"file-{i}", RandomNumberGenerator.GetBytes(layerBytes[i]));
            sums.Add($"sha256:{Hashes.Of(tar)}");
            layers.Add(Blob(Layer, Zip(tar)));
        }

        var config = Blob(Config, new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Labels"] = new JsonObject { ["made"] = "by hand" } },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = sums },
        });
        return Blob(Manifest, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Manifest,
            ["config"] = config,
            ["layers"] = layers,
        });
    }

    void AddTag(string tag, JsonObject descriptor)
    {
        var tagged = (JsonObject)descriptor.DeepClone();
        tagged["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = tag };
        _tagged.Add(tagged);
        JsonObject index = new() { ["schemaVersion"] = 2, ["manifests"] = _tagged.DeepClone() };
        File.WriteAllText(Path.Combine(Folder, "index.json"), index.ToJsonString());
    }

    JsonObject Blob(string mediaType, JsonNode content) => Blob(mediaType, Encoding.UTF8.GetBytes(content.ToJsonString()));

    JsonObject Blob(string mediaType, byte[] content)
    {
        var digest = $"sha256:{Hashes.Of(content)}";
        File.WriteAllBytes(PathOf(Folder, digest), content);
        return new() { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = content.Length };
    }

    static byte[] Tar(string name, byte[] content)
    {
        using MemoryStream tar = new();
        using (TarWriter writer = new(tar, TarEntryFormat.Ustar, leaveOpen: true))
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return tar.ToArray();
    }

    static byte[] Zip(byte[] content)
    {
        using MemoryStream zip = new();
        using (GZipStream writer = new(zip, CompressionLevel.Fastest, leaveOpen: true))
            writer.Write(content);
        return zip.ToArray();
    }
}
