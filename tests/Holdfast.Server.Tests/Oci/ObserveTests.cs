using System.Net;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Oci;

public sealed class ObserveTests
{
    [Fact]
    public async Task Each_request_is_logged_under_its_operation_with_its_caller_and_without_secrets()
    {
        var log = new LogCapture();
        await using var server = await OciServer.StartAsync(options: new ServerOptions { Log = log });
        using var alice = OciServer.ClientOf(server, "alice");
        using var nobody = new OciClient(server, null);
        var answer = (await alice.GetAsync("/token?scope=repository:a/b:pull,push&offline_token=true")).ExpectOk().Json;
        var token = answer.GetProperty("token").GetString()!;
        using var client = new OciClient(server, $"Bearer {token}");

        await client.PushImageAsync("a/b", "v1");
        var pulled = (await client.GetAsync("/v2/a/b/manifests/v1")).ExpectOk();
        var refused = (await nobody.GetAsync("/v2/a/b/manifests/v1")).Expect(HttpStatusCode.Unauthorized);

        var line = await log.FindAccessAsync(pulled.Header("x-amz-request-id")!);
        Assert.Equal(("oci", "GetManifest"), (line.GetProperty("door").GetString(), line.GetProperty("operation").GetString()));
        Assert.Equal("alice-key", line.GetProperty("access_key").GetString());
        var refusal = await log.FindAccessAsync(refused.Header("x-amz-request-id")!);
        Assert.Equal("UNAUTHORIZED", refusal.GetProperty("error").GetString());
        foreach (var secret in (string[])[OciServer.Secret, token, answer.GetProperty("refresh_token").GetString()!])
            Assert.DoesNotContain(log.Lines, text => text.Contains(secret, StringComparison.Ordinal));
    }
}
