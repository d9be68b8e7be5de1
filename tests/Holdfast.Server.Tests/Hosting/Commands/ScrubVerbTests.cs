using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Holdfast.TestKit.Durability;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Hosting.Commands;

/// <summary><c>holdfastd scrub</c> as a process, on a directory that a server works on and on one that is free.</summary>
public sealed class ScrubVerbTests : IDisposable
{
    readonly TestDirectory _directory = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1:0", false)]
    [InlineData("0.0.0.0:0", false)]
    [InlineData("127.0.0.1:0", true)]
    public async Task It_asks_the_server_that_works_on_the_directory_wherever_that_listens(string listen, bool isTls)
    {
        var certificate = isTls ? TestCertificate.Create(_directory.Path) : null;
        string[] tls = certificate is null ? [] : ["--tls-cert", certificate.CertificateFile, "--tls-key", certificate.KeyFile];
        await using var server = await HoldfastProcess.StartAsync([.. Flags, .. tls, "--http", listen], S3Caller.Credentials);
        await StoreAsync(server, certificate?.Certificate);

        var (code, output, errors) = await HoldfastProcess.RunAsync(["scrub", .. Flags, .. tls, "-o", "json"], S3Caller.Credentials);

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal((1, 300_000, 0), Counts(output));
    }

    [Fact]
    public async Task It_finds_damage_with_and_without_a_server()
    {
        await using (var server = await HoldfastProcess.StartAsync([.. Flags, "--http", "127.0.0.1:0"], S3Caller.Credentials))
        {
            await StoreAsync(server);
            Damage();

            var (asked, told, _) = await HoldfastProcess.RunAsync(["scrub", .. Flags, "-o", "json"], S3Caller.Credentials);

            Assert.Equal(3, asked);
            Assert.Equal(1, Counts(told).Damaged);
            using var caller = new S3Caller(server.BaseAddress);
            Assert.Contains("holdfast_blobs_damaged_total 1", (await caller.GetAsync("/metrics", Ct)).Text, StringComparison.Ordinal);
            await server.TerminateAsync();
        }

        var (code, output, _) = await HoldfastProcess.RunAsync(["scrub", .. Flags], S3Caller.Credentials);

        Assert.Equal(3, code);
        Assert.Contains("1 damaged", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_and_without_damage_it_says_that_all_is_sound()
    {
        await using (var server = await HoldfastProcess.StartAsync([.. Flags, "--http", "127.0.0.1:0"], S3Caller.Credentials))
        {
            await StoreAsync(server);
            await server.TerminateAsync();
        }

        var (code, output, errors) = await HoldfastProcess.RunAsync(["scrub", .. Flags], S3Caller.Credentials);

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("1 blobs, 300000 bytes re-hashed: all sound", output, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    string[] Flags => ["--data", _directory.File("data")];

    static async Task StoreAsync(HoldfastProcess server, X509Certificate2? certificate = null)
    {
        using var caller = new S3Caller(server.BaseAddress, certificate);
        await caller.PutAsync("/scrubbed", [], Ct);
        await caller.PutAsync("/scrubbed/k", new Dice(1).Bytes(300_000), Ct);
    }

    void Damage()
    {
        var file = Directory.EnumerateFiles(_directory.File("data/blobs"), "*", SearchOption.AllDirectories).Single();
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        Span<byte> one = stackalloc byte[1];
        RandomAccess.Read(handle, one, 1000);
        one[0] ^= 1;
        RandomAccess.Write(handle, one, 1000);
    }

    static (long Blobs, long Bytes, long Damaged) Counts(string output)
    {
        using var found = JsonDocument.Parse(output);
        var root = found.RootElement;
        return (root.GetProperty("blobs").GetInt64(), root.GetProperty("bytes").GetInt64(), root.GetProperty("damaged").GetInt64());
    }
}
