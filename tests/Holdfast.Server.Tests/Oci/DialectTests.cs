using System.Net;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;
using Holdfast.Server.Hosting.Errors;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.Oci;
using Holdfast.TestKit.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Server.Tests.Oci;

public sealed class DialectTests
{
    [Fact]
    public async Task Every_refusal_is_said_with_its_code_status_and_what_a_client_needs_to_go_on()
    {
        var error = StoreError.Internal;
        await using var server = await StartAsync(() => new StoreException(error, "a sentence with \"values\" + more")
        {
            Details = [new("digest", "x")],
            Headers = [new("x-extra", "1")],
        });
        using var nobody = new OciClient(server, null);

        foreach (var each in Enum.GetValues<StoreError>())
        {
            error = each;
            var (code, status) = OciErrors.Of(each);

            var answer = await nobody.GetAsync("/api/v1/x");
            answer.Expect((HttpStatusCode)status, code);
            Assert.Equal("registry/2.0", answer.Header("Docker-Distribution-Api-Version"));
            // Of the state of the store's disks the client is told no more than that it cannot be used.
            if (each is not (StoreError.StorageFull or StoreError.StorageUnavailable))
            {
                Assert.Equal("1", answer.Header("x-extra"));
                Assert.Equal("x", answer.Json.GetProperty("errors")[0].GetProperty("detail").GetProperty("digest").GetString());
            }
            Assert.Equal(status == 401, answer.Header("WWW-Authenticate") is not null);
            Assert.Equal(status is 429 or 503, answer.Header("Retry-After") is not null);
            Assert.Empty((await nobody.HeadAsync("/api/v1/x")).Expect((HttpStatusCode)status).Body);
        }
    }

    [Fact]
    public async Task A_fault_tells_nothing_of_the_inside()
    {
        await using var server = await StartAsync(() => new InvalidOperationException("a secret of the inside"));
        using var nobody = new OciClient(server, null);

        var answer = (await nobody.GetAsync("/api/v1/x")).Expect(HttpStatusCode.InternalServerError, "UNKNOWN");

        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
    }

    static Task<ServerFixture> StartAsync(Func<Exception> fault) => ServerFixture.StartAsync(new ServerOptions
    {
        Map = app => app.Map("/admin/v1/x", _ => throw fault()).WithMetadata(
            new OperationMetadata(Door.Oci, "Test"), new DialectMetadata(app.Services.GetRequiredService<OciDialect>())),
    });
}
