using System.Text.RegularExpressions;
using System.Xml.Linq;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;
using Holdfast.Protocol.S3;
using Holdfast.Server.Hosting.Errors;

namespace Holdfast.Core.Tests;

/// <summary>What ARCHITECTURE.md says of dependencies: Protocol, Core, Server, in this order; a door uses no other.</summary>
public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("Holdfast.Protocol", "")]
    [InlineData("Holdfast.Core", "Holdfast.Protocol")]
    [InlineData("Holdfast.Server", "Holdfast.Core,Holdfast.Protocol")]
    public void A_project_refers_only_to_those_below_it(string project, string below)
    {
        var file = XDocument.Load(Path.Combine(Source(), project, project + ".csproj"));

        var referred = file.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

        Assert.Empty(referred.Except(below.Split(',')));
    }

    [Theory]
    [InlineData("Holdfast.Protocol", "", "Holdfast.Core|Holdfast.Server")]
    [InlineData("Holdfast.Core", "", "Holdfast.Server")]
    [InlineData("Holdfast.Protocol", "Oci", "Holdfast.Protocol.S3")]
    [InlineData("Holdfast.Core", "Blobs", "Holdfast.Core.(Catalog|Content|Objects|Repositories|Access)")]
    [InlineData("Holdfast.Core", "Catalog", "Holdfast.Core.(Blobs|Content|Objects|Repositories|Access)")]
    [InlineData("Holdfast.Server", "S3", "Holdfast.Server.(Admin|Oci)")]
    [InlineData("Holdfast.Server", "Oci", "Holdfast.Server.(Admin|S3)")]
    [InlineData("Holdfast.Server", "Admin", "Holdfast.Server.(S3|Oci)")]
    [InlineData("Holdfast.Server", "Store", "Holdfast.Server.(S3|Oci|Admin)")]
    public void A_folder_uses_nothing_above_or_beside_it(string project, string folder, string forbidden)
    {
        var pattern = new Regex($@"\b({forbidden})\b", RegexOptions.None, TimeSpan.FromSeconds(1));

        var guilty = Files(Path.Combine(project, folder))
            .Where(file => File.ReadLines(file).Any(line => !IsComment(line) && pattern.IsMatch(line)));

        Assert.Empty(guilty);
    }

    [Theory]
    [InlineData("Holdfast.Protocol")]
    [InlineData("Holdfast.Core")]
    [InlineData("Holdfast.Server")]
    public void A_namespace_is_its_folder(string project)
    {
        foreach (var file in Files(project))
        {
            var expected = Path.GetRelativePath(Source(), Path.GetDirectoryName(file)!).Replace('/', '.');
            var stated = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal));

            Assert.True(stated is null || stated == $"namespace {expected};", $"{file} is not in {expected}");
        }
    }

    [Fact]
    public void Every_refusal_has_a_row_in_each_table()
    {
        foreach (var error in Enum.GetValues<StoreError>())
        {
            var s3 = S3Errors.Of(error);
            Assert.True(s3.Status != 500 || error is StoreError.BlobDamaged or StoreError.Internal, $"{error} has no row in S3Errors");
            var oci = OciErrors.Of(error);
            Assert.True(oci.Status != 500 || error is StoreError.BlobDamaged or StoreError.Internal, $"{error} has no row in OciErrors");
            Assert.InRange(ProblemTable.Status(error), 400, 503);
            Assert.True(
                ProblemTable.Status(error) != 500 || error is StoreError.BlobDamaged or StoreError.Internal,
                $"{error} has no row in ProblemTable");
        }
    }

    static bool IsComment(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal);

    static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Source(), folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    static string Source()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "ARCHITECTURE.md")))
            directory = Path.GetDirectoryName(directory)
                ?? throw new InvalidOperationException("the tests do not run inside the repository");
        return Path.Combine(directory, "src");
    }
}
