using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;
using Holdfast.Clients.Tests.Skopeo;

namespace Holdfast.Clients.Tests.DotNetContainers;

/// <summary>The .NET SDK, which pulls a base image and pushes what it publishes by itself. The project has no packages and the restore no
/// sources, so nothing outside the machine is asked.</summary>
public sealed class PublishContainerTests : IDisposable
{
    const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <UseAppHost>false</UseAppHost>
          </PropertyGroup>
        </Project>
        """;

    readonly Sandbox _sandbox = new();
    readonly Registry _registry;
    readonly SkopeoClient _skopeo;
    readonly ImageLayout _layout;
    readonly string _team = Names.Bucket("dotnet");

    public PublishContainerTests(ServerUnderTest server)
    {
        _registry = server.Registry;
        _skopeo = new(_registry, _sandbox);
        _layout = new(_sandbox, "layout");
        _sandbox.EmptyFolder("app");
        File.WriteAllText(_sandbox["app/app.csproj"], Project);
        File.WriteAllText(_sandbox["app/Program.cs"], "System.Console.WriteLine(42);");
        File.WriteAllText(_sandbox["app/nuget.config"], "<configuration><packageSources><clear /></packageSources></configuration>");
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task A_published_program_is_an_image_on_its_base_image()
    {
        var below = ImageLayout.LayersOf(_layout.Read(_layout.AddImage("v1", 1000, 500_000)));
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag($"{_team}/base", "v1"));

        (await PublishAsync(_registry)).Succeeded();
        await _skopeo.PullAsync(_registry.Tag($"{_team}/published", "v1"), $"dir:{_sandbox["dir"]}");
        var layers = ImageLayout.LayersOf(File.ReadAllBytes(_sandbox["dir/manifest.json"]));
        var inspected = JsonNode.Parse((await _skopeo.AskAsync("inspect", _registry.Tag($"{_team}/published", "v1"))).Text)!;

        Assert.Equal(below, layers[..^1]);
        Assert.Equal(_registry.Tag($"{_team}/base", "v1"), (string?)inspected["Labels"]!["org.opencontainers.image.base.name"]);
        foreach (var layer in below)
            Hashes.AssertSameFile(ImageLayout.PathOf(_layout.Folder, layer), FileOf(layer));
        Assert.Equal(Hashes.OfFile(_sandbox["app/bin/Release/net10.0/publish/app.dll"]), HashOfEntry(FileOf(layers[^1]), "app/app.dll"));
    }

    [Fact]
    public async Task Wrong_credentials_fail_the_publishing()
    {
        _layout.AddImage("v1", 1000);
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag($"{_team}/base", "v1"));

        (await PublishAsync(_registry with { Password = "wrong" })).Refused("CONTAINER1016");
    }

    Task<ProgramResult> PublishAsync(Registry registry)
    {
        File.WriteAllText(Path.Combine(_sandbox.EmptyFolder("docker"), "config.json"), registry.DockerConfiguration());
        ClientProgram dotnet = new(
            Installed.DotNet, _sandbox,
            ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_NOLOGO", "1"), ("DOTNET_SKIP_FIRST_TIME_EXPERIENCE", "1"),
            ("MSBUILDDISABLENODEREUSE", "1"), ("DOCKER_CONFIG", _sandbox["docker"]),
            registry.CaFile is { } ca ? ("SSL_CERT_FILE", ca) : ("DOTNET_CONTAINER_INSECURE_REGISTRIES", registry.Host));
        return dotnet.TryAsync(
        [
            "publish", "app", "-t:PublishContainer", "-c", "Release", "--nologo", "-v", "q", "--disable-build-servers",
            $"-p:ContainerRegistry={registry.Host}", $"-p:ContainerRepository={_team}/published", "-p:ContainerImageTag=v1",
            $"-p:ContainerBaseImage={registry.Tag($"{_team}/base", "v1")}",
        ]);
    }

    string FileOf(string digest) => _sandbox[$"dir/{digest["sha256:".Length..]}"];

    static string HashOfEntry(string layer, string name)
    {
        using GZipStream unzipped = new(File.OpenRead(layer), CompressionMode.Decompress);
        using TarReader tar = new(unzipped);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name.TrimStart('.', '/') != name)
                continue;
            using MemoryStream content = new();
            entry.DataStream!.CopyTo(content);
            return Hashes.Of(content.ToArray());
        }

        throw new FileNotFoundException($"{name} is not in the layer.");
    }
}
