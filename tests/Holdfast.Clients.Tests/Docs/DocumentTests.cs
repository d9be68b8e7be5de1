using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Docs;

/// <summary>Every command of the documentation is pasted into a shell, in its page's order, in an empty directory.</summary>
public sealed class DocumentTests : IDisposable
{
    // The exit code first, then the end of the whole session, this shell included.
    const string InSession = "bash ./page.sh > page.log 2>&1; echo $? > page.code; kill -- -$$";

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    readonly Sandbox _sandbox = new();
    readonly Dictionary<string, string> _ports = [];

    public static TheoryData<string> Pages =>
    [
        "docs/GETTING_STARTED.md", "docs/S3_API.md", "docs/OCI_API.md", "docs/formats/artifact-manifest.md",
        "docs/operate/durability.md", "docs/operate/metrics.md", "docs/operate/backup.md",
        "docs/guides/docker.md", "docs/guides/podman.md", "docs/guides/skopeo.md", "docs/guides/buildah.md", "docs/guides/oras.md",
        "docs/guides/cosign.md", "docs/guides/dotnet-publish.md", "docs/guides/retention.md",
    ];

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_command_works_as_written(string page)
    {
        var script = DocumentPage.Read(page).Script(PortFor);
        await File.WriteAllTextAsync(_sandbox["page.sh"], script, TestContext.Current.CancellationToken);
        InstallPrograms();

        var (code, output) = await RunAsync();

        Assert.True(
            code == 0, $"{page} stopped at the last block named here (exit code {code}):\n{output[Math.Max(0, output.Length - 4000)..]}");
    }

    [Theory]
    [InlineData("README.md")]
    [MemberData(nameof(Pages))]
    public void A_block_that_is_not_run_says_why(string page)
    {
        var document = DocumentPage.Read(page);
        foreach (var (line, info, body) in document.ShellBlocks())
        {
            Assert.True(info is "sh" or "sh norun", $"{page}:{line} is tagged '{info}': only sh and sh norun are known");
            if (info == "sh norun")
                Assert.StartsWith("(Not run by the tests", document.TextAfter(line, body.Length), StringComparison.Ordinal);
        }
    }

    string PortFor(string written)
    {
        if (_ports.TryGetValue(written, out var known))
            return known;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return _ports[written] = $"{((IPEndPoint)probe.LocalEndpoint).Port}";
    }

    void InstallPrograms()
    {
        var programs = _sandbox.EmptyFolder("programs");
        var server = Environment.GetEnvironmentVariable("HOLDFAST_TEST_DAEMON")
            ?? $"{Installed.FindAllOnPath("dotnet").First()}' '{Path.Combine(AppContext.BaseDirectory, "holdfastd.dll")}";
        var launcher = Path.Combine(programs, "holdfastd");
        File.WriteAllText(launcher, $"#!/bin/sh\nexec '{server}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(launcher, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var program in (string[])[Installed.MinioClient, Installed.Oras, Installed.Cosign, Installed.DotNet])
            File.CreateSymbolicLink(Path.Combine(programs, Path.GetFileName(program)), program);
    }

    /// <summary>Runs the page in a session of its own, which ends with everything that was started in it.</summary>
    async Task<(int Code, string Output)> RunAsync()
    {
        var start = new ProcessStartInfo("/usr/bin/setsid", ["--wait", "/bin/bash", "-c", InSession])
        {
            WorkingDirectory = _sandbox.Folder,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = $"{_sandbox["programs"]}:/usr/local/bin:/usr/bin:/bin";
        start.Environment["HOME"] = _sandbox.Home;
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        start.Environment["HOLDFAST_HTTP"] = $"127.0.0.1:{PortFor("8080")}";
        using var shell = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await shell.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            shell.Kill(entireProcessTree: true);
        }
        var output = File.Exists(_sandbox["page.log"]) ? await File.ReadAllTextAsync(_sandbox["page.log"], CancellationToken.None) : "";
        var code = File.Exists(_sandbox["page.code"]) ? await File.ReadAllTextAsync(_sandbox["page.code"], CancellationToken.None) : "";
        return (int.TryParse(code, out var number) ? number : -1, output);
    }
}
