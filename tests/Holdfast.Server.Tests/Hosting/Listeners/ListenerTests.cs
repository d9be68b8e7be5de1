using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Holdfast.Server.Hosting.Life;
using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Settings;
using Holdfast.Server.Hosting.Target;
using Holdfast.TestKit.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Server.Tests.Hosting.Listeners;

public sealed class ListenerTests
{
    [Fact]
    public async Task Header_values_keep_every_byte_both_ways_and_the_server_does_not_name_itself()
    {
        await using var server = await StartEchoAsync(tls: false);
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);
        var value = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("Grüße ✓")) + "\u00e9\u00ff";

        await connection.SendAsync($"GET /bucket/key HTTP/1.1\r\nHost: h\r\nx-amz-meta-x: {value}\r\n\r\n");
        var (head, _) = await connection.ReceiveAsync();

        Assert.Contains($"\r\nx-echo: {value}\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_target_reaches_the_handler_as_sent()
    {
        await using var server = await StartEchoAsync(tls: false);
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);

        string[] targets = ["/b/../other", "/b/x/../../v2/y", "/b/%2e%2e/%2F//", "/b/%41", "/b/" + Long(), "/b/a;b=c&d+e@f"];
        foreach (var target in targets)
        {
            await connection.SendAsync($"GET {target}?q=%2F&r HTTP/1.1\r\nHost: h\r\n\r\n");
            var (_, body) = await connection.ReceiveAsync();
            Assert.Equal($"b {target[3..]} {target} q=%2F&r", body);
        }

        static string Long() => string.Concat(Enumerable.Repeat("%F0%9F%98%80", 2000));
    }

    [Theory]
    [InlineData("GET http://h/bucket/key HTTP/1.1\r\nHost: h\r\n\r\n", 200)]
    [InlineData("GET http://other/bucket/key HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
    [InlineData("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n", 400)]
    [InlineData("GET /bucket/key HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /bucket/\u00e9 HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
    [InlineData("GET /bucket/key HTTP/1.0\r\n\r\n", 200)]
    public async Task Odd_requests_are_taken_or_refused_and_never_a_fault(string request, int status)
    {
        await using var server = await StartEchoAsync(tls: false);
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);

        await connection.SendAsync(request);
        var (head, _) = await connection.ReceiveAsync();

        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTPS_speaks_both_versions_and_cleartext_only_the_first()
    {
        await using var secure = await StartEchoAsync(tls: true);
        await using var plain = await StartEchoAsync(tls: false);

        Assert.Equal(HttpVersion.Version20, await VersionAsync(secure, HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact));
        Assert.Equal(HttpVersion.Version11, await VersionAsync(secure, HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact));
        Assert.Equal(HttpVersion.Version11, await VersionAsync(plain, HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact));
        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => VersionAsync(plain, HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact));
    }

    [Fact]
    public async Task The_grpc_listener_is_open_only_while_its_door_is_and_needs_prior_knowledge()
    {
        await using var closed = await ServerFixture.StartAsync();
        await using var open = await ServerFixture.StartAsync(new ServerOptions
        {
            Tls = false,
            Settings = settings => settings with { Doors = settings.Doors with { Cas = true } },
        });
        var address = open.Services.GetRequiredService<BoundListeners>().Grpc;

        Assert.Throws<InvalidOperationException>(() => closed.Services.GetRequiredService<BoundListeners>().Grpc);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "livez"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await open.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_changed_certificate_is_served_without_a_restart()
    {
        var clock = new SteppingClock();
        await using var server = await ServerFixture.StartAsync(
            new ServerOptions { Tls = true, Services = services => services.AddSingleton<TimeProvider>(clock) });
        await server.Client.GetAsync("livez");
        using var directory = new TestDirectory();
        var next = TestCertificate.Create(directory.Path);

        File.Copy(next.CertificateFile, server.Certificate!.CertificateFile, overwrite: true);
        File.Copy(next.KeyFile, server.Certificate.KeyFile, overwrite: true);
        File.SetLastWriteTimeUtc(server.Certificate.KeyFile, new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        clock.Step(TimeSpan.FromMinutes(1));

        Assert.Equal(next.Certificate.Thumbprint, await ThumbprintAsync(server.BaseAddress));
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_stays_the_former_one()
    {
        var clock = new SteppingClock();
        await using var server = await ServerFixture.StartAsync(
            new ServerOptions { Tls = true, Services = services => services.AddSingleton<TimeProvider>(clock) });

        File.WriteAllText(server.Certificate!.CertificateFile, "no certificate");
        File.SetLastWriteTimeUtc(server.Certificate.CertificateFile, new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        clock.Step(TimeSpan.FromMinutes(1));

        Assert.Equal(server.Certificate.Certificate.Thumbprint, await ThumbprintAsync(server.BaseAddress));
    }

    [Fact]
    public async Task A_certificate_without_its_key_stops_the_start()
    {
        using var directory = new TestDirectory();
        var one = TestCertificate.Create(directory.Path, "one");
        var other = TestCertificate.Create(directory.Path, "other");

        var failure = await Assert.ThrowsAsync<StartException>(() => ServerFixture.StartAsync(new ServerOptions
        {
            Settings = settings => settings with { Tls = new TlsSettings { Cert = one.CertificateFile, Key = other.KeyFile } },
        }));

        Assert.Contains(one.CertificateFile, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:0")]
    [InlineData("[::1]:0")]
    [InlineData(":0")]
    public async Task Other_addresses_can_be_listened_on_and_tell_their_port(string address)
    {
        await using var server = await ServerFixture.StartAsync(new ServerOptions
        {
            Tls = false,
            Settings = settings => settings with { Http = ListenAddress.Parse(address) },
        });

        Assert.NotEqual(0, server.BaseAddress.Port);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("livez")).StatusCode);
    }

    static async Task<Version> VersionAsync(ServerFixture server, Version version, HttpVersionPolicy policy)
    {
        using var client = server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "bucket/key") { Version = version, VersionPolicy = policy };
        using var answer = await client.SendAsync(request);
        Assert.Equal("bucket key /bucket/key ", await answer.Content.ReadAsStringAsync());
        return answer.Version;
    }

    static async Task<string?> ThumbprintAsync(Uri address)
    {
        string? seen = null;
        using var socket = new TcpClient(address.Host, address.Port);
        await using var stream = new SslStream(
            socket.GetStream(), false, (_, shown, _, _) => (seen = shown?.GetCertHashString()) is not null);
        await stream.AuthenticateAsClientAsync("localhost");
        return seen;
    }

    static Task<ServerFixture> StartEchoAsync(bool tls) => ServerFixture.StartAsync(new ServerOptions
    {
        Tls = tls,
        HostOnly = true,
        Map = app => app.MapGet("/s3/object", (RequestDelegate)EchoAsync).WithMetadata(new OperationMetadata(Door.S3, "Echo")),
    });

    static async Task EchoAsync(HttpContext context)
    {
        var target = RequestTarget.Of(context);
        if (context.Request.Headers.TryGetValue("x-amz-meta-x", out var value))
            context.Response.Headers["x-echo"] = value;
        var text = $"{target.Bucket} {target.RawKey} {target.RawPath} {target.RawQuery}";
        context.Response.ContentLength = text.Length;
        await context.Response.WriteAsync(text);
    }

    /// <summary>The real clock, ahead by what it was stepped.</summary>
    sealed class SteppingClock : TimeProvider
    {
        long _ahead;

        public void Step(TimeSpan by) => Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);
    }
}
