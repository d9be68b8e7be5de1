using System.Buffers.Binary;
using System.Text;

namespace Holdfast.Core.Content.Artifacts;

/// <summary>What an object is, told from its first bytes and its name; a guess that the uploader can correct.</summary>
public static class ArtifactKind
{
    public const string Binary = "binary";

    /// <summary>As many first bytes as the rules below look at.</summary>
    public const int HeadBytes = 8192;

    /// <summary>The types that can be set.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        Binary, "oci", "rpm", "deb", "helm", "sbom", "attestation", "signature", "archive", "executable", "jar", "python", "npm", "nuget",
        "document",
    ];

    /// <summary>The type and what the name or the header say of name, version and architecture.</summary>
    public static (string Type, IReadOnlyList<KeyValuePair<string, string>> Metadata) Detect(string key, ReadOnlySpan<byte> head)
    {
        var name = key[(key.LastIndexOf('/') + 1)..];
        if (IsRpm(head))
            return ("rpm", RpmLead(head));
        if (head.StartsWith("!<arch>\ndebian-binary"u8))
            return ("deb", FromParts(Stem(name, ".deb").Split('_'), ["name", "version", "architecture"]));
        if (head.StartsWith("\x7F"u8) && head.Length > 20 && head[1..4].SequenceEqual("ELF"u8))
            return ("executable", Elf(head));
        if (head.StartsWith("MZ"u8))
            return ("executable", [new("format", "pe")]);
        if (head.Length > 1 && (head[0] is (byte)'{' || head.StartsWith("\uFEFF{"u8)))
            return Json(name, head);
        if (IsGzip(head) && name.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase))
            return PackedFiles.Detect(Stem(name, ".tgz"), head);
        return ByName(name, head);
    }

    static bool IsRpm(ReadOnlySpan<byte> head) => head.Length > 96 && BinaryPrimitives.ReadUInt32BigEndian(head) == 0xEDABEEDB;

    static bool IsGzip(ReadOnlySpan<byte> head) => head.Length > 2 && head[0] == 0x1F && head[1] == 0x8B;

    // RPM file format, "Lead": 66 bytes of name-version-release from offset 10.
    static List<KeyValuePair<string, string>> RpmLead(ReadOnlySpan<byte> head)
    {
        var text = head.Slice(10, 66);
        var end = text.IndexOf((byte)0);
        var parts = Encoding.ASCII.GetString(end < 0 ? text : text[..end]).Split('-');
        return parts.Length < 3
            ? []
            : [new("name", string.Join('-', parts[..^2])), new("version", parts[^2]), new("release", parts[^1])];
    }

    // System V ABI, "ELF header": e_machine is two bytes at 18.
    static List<KeyValuePair<string, string>> Elf(ReadOnlySpan<byte> head)
    {
        var machine = head[5] == 2 ? BinaryPrimitives.ReadUInt16BigEndian(head[18..]) : BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        var architecture = machine switch
        {
            0x03 => "386",
            0x3E => "amd64",
            0x28 => "arm",
            0xB7 => "arm64",
            0x15 => "ppc64",
            0x16 => "s390x",
            0xF3 => "riscv64",
            _ => $"elf-{machine}",
        };
        return [new("format", "elf"), new("architecture", architecture)];
    }

    static (string, IReadOnlyList<KeyValuePair<string, string>>) Json(string name, ReadOnlySpan<byte> head)
    {
        if (head.IndexOf("\"spdxVersion\""u8) >= 0 || head.IndexOf("https://spdx.org/rdf/3"u8) >= 0)
            return ("sbom", [new("format", "spdx")]);
        if (head.IndexOf("\"bomFormat\""u8) >= 0 && head.IndexOf("CycloneDX"u8) >= 0)
            return ("sbom", [new("format", "cyclonedx"), .. JsonFacts.Strings(head, ["metadata", "component"], ["name", "version"])]);
        if (head.IndexOf("\"payloadType\""u8) >= 0 || head.IndexOf("in-toto.io/Statement"u8) >= 0)
            return ("attestation", [new("format", "in-toto")]);
        if (head.IndexOf("\"schemaVersion\""u8) >= 0 && (head.IndexOf("\"manifests\""u8) >= 0 || head.IndexOf("\"layers\""u8) >= 0))
            return ("oci", [new("format", "manifest")]);
        return ByName(name, head);
    }

    static (string, IReadOnlyList<KeyValuePair<string, string>>) ByName(string name, ReadOnlySpan<byte> head)
    {
        var isZip = head.StartsWith("PK\x03\x04"u8);
        var lower = name.ToLowerInvariant();
        return lower switch
        {
            _ when lower.EndsWith(".jar", StringComparison.Ordinal) && isZip => ("jar", []),
            _ when lower.EndsWith(".whl", StringComparison.Ordinal) && isZip =>
                ("python", FromParts(Stem(name, ".whl").Split('-'), ["name", "version"])),
            _ when lower.EndsWith(".nupkg", StringComparison.Ordinal) && isZip => ("nuget", []),
            _ when lower.EndsWith(".sig", StringComparison.Ordinal) || head.StartsWith("-----BEGIN PGP SIGNATURE"u8) => ("signature", []),
            _ when head.StartsWith("SPDXVersion:"u8) => ("sbom", [new("format", "spdx")]),
            _ when isZip => ("archive", [new("format", "zip")]),
            _ when IsGzip(head) => ("archive", [new("format", "gzip")]),
            _ when head.Length > 262 && head[257..].StartsWith("ustar"u8) => ("archive", [new("format", "tar")]),
            _ when head.StartsWith("%PDF-"u8) => ("document", [new("format", "pdf")]),
            _ => (Binary, []),
        };
    }

    static string Stem(string name, string extension) =>
        name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? name[..^extension.Length] : name;

    static List<KeyValuePair<string, string>> FromParts(string[] parts, ReadOnlySpan<string> names)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        for (var at = 0; at < names.Length && at < parts.Length; at++)
            pairs.Add(new(names[at], parts[at]));
        return pairs;
    }
}
