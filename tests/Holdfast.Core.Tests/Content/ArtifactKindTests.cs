using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Holdfast.Core.Content.Artifacts;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Core.Tests.Content;

public sealed class ArtifactKindTests
{
    [Theory]
    [InlineData("a.spdx.json", "{\"spdxVersion\":\"SPDX-2.3\"}", "sbom", "format=spdx")]
    [InlineData("a.json", "{\"bomFormat\":\"CycloneDX\"}", "sbom", "format=cyclonedx")]
    [InlineData("a.json", "{\"payloadType\":\"application/vnd.in-toto+json\"}", "attestation", "format=in-toto")]
    [InlineData("m", "{\"schemaVersion\":2,\"layers\":[]}", "oci", "format=manifest")]
    [InlineData("a.json", "{\"other\":1}", "binary", "")]
    [InlineData("x_1.0_amd64.deb", "!<arch>\ndebian-binary   ", "deb", "name=x,version=1.0,architecture=amd64")]
    [InlineData(
        "a.json",
        "{\"bomFormat\":\"CycloneDX\",\"metadata\":{\"tools\":[{\"name\":\"t\"}],\"component\":{\"type\":\"file\",\"name\":\"app\""
        + ",\"version\":\"1.2\",\"bom",
        "sbom",
        "format=cyclonedx,name=app,version=1.2")]
    [InlineData("app-1.2.3.tgz", "\u001F\u008B\b", "archive", "format=tar+gzip")]
    [InlineData("app.tgz", "\u001F\u008B\b", "archive", "format=tar+gzip")]
    [InlineData("a.gz", "\u001F\u008B\b", "archive", "format=gzip")]
    [InlineData("a.jar", "PK\u0003\u0004", "jar", "")]
    [InlineData("pkg-1.0-py3-none-any.whl", "PK\u0003\u0004", "python", "name=pkg,version=1.0")]
    [InlineData("a.nupkg", "PK\u0003\u0004", "nuget", "")]
    [InlineData("a.zip", "PK\u0003\u0004", "archive", "format=zip")]
    [InlineData("a.sig", "x", "signature", "")]
    [InlineData("a", "-----BEGIN PGP SIGNATURE-----", "signature", "")]
    [InlineData("a.spdx", "SPDXVersion: SPDX-2.3", "sbom", "format=spdx")]
    [InlineData("a.pdf", "%PDF-1.7", "document", "format=pdf")]
    [InlineData("a.exe", "MZ", "executable", "format=pe")]
    [InlineData("a", "", "binary", "")]
    public void First_bytes_and_name_tell_the_type(string key, string head, string type, string metadata)
    {
        var (found, pairs) = ArtifactKind.Detect("dir/" + key, Encoding.Latin1.GetBytes(head));

        Assert.Equal(type, found);
        Assert.Equal(metadata, string.Join(',', pairs.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Theory]
    [InlineData(2, 0, 0x3E, "amd64")]
    [InlineData(1, 0xB7, 0, "arm64")]
    [InlineData(1, 0x03, 0, "386")]
    [InlineData(1, 0x28, 0, "arm")]
    [InlineData(1, 0xF3, 0, "riscv64")]
    [InlineData(2, 0, 0x15, "ppc64")]
    [InlineData(2, 0, 0x16, "s390x")]
    [InlineData(1, 0x01, 0, "elf-1")]
    public void An_elf_header_tells_the_machine(byte order, byte low, byte high, string architecture)
    {
        var head = new byte[64];
        "\u007FELF"u8.CopyTo(head);
        (head[5], head[18], head[19]) = (order, low, high);

        var (type, metadata) = ArtifactKind.Detect("program", head);

        Assert.Equal("executable", type);
        Assert.Contains(new("architecture", architecture), metadata);
    }

    [Fact]
    public void An_rpm_lead_tells_name_version_and_release()
    {
        var head = new byte[128];
        ((byte[])[0xED, 0xAB, 0xEE, 0xDB]).CopyTo(head, 0);
        "my-tool-1.0-3.el9"u8.CopyTo(head.AsSpan(10));

        var (type, metadata) = ArtifactKind.Detect("x.rpm", head);

        Assert.Equal("rpm", type);
        Assert.Equal([new("name", "my-tool"), new("version", "1.0"), new("release", "3.el9")], metadata);
    }

    [Theory]
    [InlineData(
        "helm", "name=app,version=1.2.3", "app/Chart.yaml",
        "apiVersion: v2\nname: app\nversion: \"1.2.3\" # mine\ndependencies:\n  - name: x\n")]
    [InlineData("helm", "name=app,version=9.9.9", "app/Chart.yaml", "")]
    [InlineData(
        "npm", "name=@a/app,version=1.2.3", "package/package.json", "{\"name\":\"@a/app\",\"version\":\"1.2.3\",\"x\":{\"name\":\"y\"}}")]
    [InlineData("archive", "format=tar+gzip", "app/charts/x/Chart.yaml", "name: x")]
    [InlineData("archive", "format=tar+gzip", "package/index.js", "{}")]
    public void What_is_packed_tells_charts_and_npm_packages(string type, string metadata, string file, string content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "app/first") { DataStream = new MemoryStream(new byte[700]) });
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, file) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
            // More than is looked at: the file is cut off within it.
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "app/noise") { DataStream = new MemoryStream(TestBytes.Of(20_000)) });
        }

        var (found, pairs) = ArtifactKind.Detect("dir/app-9.9.9.tgz", packed.ToArray().AsSpan(0, ArtifactKind.HeadBytes));

        Assert.Equal(type, found);
        Assert.Equal(metadata, string.Join(',', pairs.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Fact]
    public void A_tar_is_told_by_its_magic()
    {
        var head = new byte[512];
        "ustar"u8.CopyTo(head.AsSpan(257));

        Assert.Equal("archive", ArtifactKind.Detect("a.tar", head).Type);
    }
}
