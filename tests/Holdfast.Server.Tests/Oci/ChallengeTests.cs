using System.Net;

namespace Holdfast.Server.Tests.Oci;

/// <summary>The first refusal says all that the request needs: clients ask for that once, and give up at a second refusal.</summary>
public sealed class ChallengeTests(OciServer server) : IClassFixture<OciServer>
{
    static readonly string Unknown = "sha256:" + new string('a', 64);

    [Theory]
    [InlineData("Bearer a.b.c", ",error=\"invalid_token\"")]
    [InlineData("Basic bm86Ym9keQ==", "")]
    public async Task Credentials_that_prove_nothing_are_answered_with_the_scope(string header, string error)
    {
        var reply = await SendAsync("POST", "/v2/some/app/blobs/uploads/", header);

        Assert.Equal(HttpStatusCode.Unauthorized, reply.StatusCode);
        Assert.EndsWith(
            $",scope=\"repository:some/app:pull,push\"{error}", reply.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mount_from_anywhere_is_challenged_for_both_scopes_at_once()
    {
        var reply = await SendAsync("POST", $"/v2/some/app/blobs/uploads/?mount={Unknown}", null);

        Assert.EndsWith(
            ",scope=\"repository:some/app:pull,push registry:mount:*\"",
            reply.Headers.WwwAuthenticate.ToString(),
            StringComparison.Ordinal);
    }

    async Task<HttpResponseMessage> SendAsync(string method, string target, string? authorization)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await server.Fixture.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
