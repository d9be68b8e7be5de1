using System.Net;
using System.Text.RegularExpressions;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Oci;

public sealed class GeneralTests(OciServer server) : IClassFixture<OciServer>
{
    [Theory]
    [InlineData("/v2/")]
    [InlineData("/v2")]
    public async Task The_probe_asks_for_credentials_and_answers_whom_it_knows(string target)
    {
        var refused = (await server.Nobody.GetAsync(target)).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        var taken = (await server.Alice.GetAsync(target)).ExpectOk();

        Assert.Equal("registry/2.0", refused.Header("Docker-Distribution-Api-Version"));
        Assert.Equal($"Bearer realm=\"{server.Alice.Origin}/token\",service=\"holdfast\"", refused.Challenge);
        Assert.Equal("registry/2.0", taken.Header("Docker-Distribution-Api-Version"));
        Assert.Equal("application/json", taken.Header("Content-Type"));
        Assert.Equal("{}", taken.Text);
        Assert.Empty((await server.Alice.HeadAsync(target)).ExpectOk().Body);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0/1/2")]
    [InlineData("a.b/c_d/e__f/g-h/i---j")]
    [InlineData("manifests/blobs/uploads/tags")]
    [InlineData("x/blobs/uploads")]
    [InlineData("x/tags/list")]
    [InlineData("x/referrers")]
    public async Task A_name_of_every_allowed_form_is_a_repository(string name)
    {
        var blob = Image.NewBytes(10);

        var digest = await server.Alice.PushBlobAsync(name, blob);
        var manifest = await server.Alice.PushImageAsync(name, "latest");

        Assert.Equal(blob, (await server.Alice.GetAsync($"/v2/{name}/blobs/{digest}")).ExpectOk().Body);
        Assert.Equal(manifest, (await server.Alice.GetAsync($"/v2/{name}/manifests/latest")).ExpectOk().Body);
        Assert.Equal(["latest"], (await server.Alice.GetAsync($"/v2/{name}/tags/list")).ExpectOk().Strings("tags"));
        (await server.Alice.GetAsync($"/v2/{name}/referrers/{digest}")).ExpectOk();
    }

    [Theory]
    [InlineData("A")]
    [InlineData("a/B")]
    [InlineData("a-")]
    [InlineData("-a")]
    [InlineData("a..b")]
    [InlineData("a___b")]
    [InlineData("a._b")]
    [InlineData("_a")]
    [InlineData("a%20b")]
    [InlineData("%C3%A9")]
    public async Task A_bad_name_is_refused_on_every_path(string name)
    {
        var digest = Image.Unknown();

        foreach (var path in (string[])[$"blobs/{digest}", "manifests/x", "tags/list", $"referrers/{digest}", "blobs/uploads/0"])
            (await server.Alice.GetAsync($"/v2/{name}/{path}")).Expect(HttpStatusCode.BadRequest, "NAME_INVALID");
        (await server.Alice.PostAsync($"/v2/{name}/blobs/uploads/")).Expect(HttpStatusCode.BadRequest, "NAME_INVALID");
        (await server.Alice.PutAsync($"/v2/{name}/manifests/x", [])).Expect(HttpStatusCode.BadRequest, "NAME_INVALID");
    }

    [Fact]
    public async Task A_name_has_at_most_255_characters()
    {
        var longest = "long/" + new string('a', 250);

        (await server.Alice.PostAsync($"/v2/{longest}/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
        (await server.Alice.PostAsync($"/v2/{longest}a/blobs/uploads/")).Expect(HttpStatusCode.BadRequest, "NAME_INVALID");
    }

    [Theory]
    [InlineData("sha256:abc")]
    [InlineData("sha256:baddigeststring")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("sha256+b64u:x")]
    [InlineData(":")]
    public async Task A_bad_digest_is_refused_wherever_one_stands(string digest)
    {
        var name = await server.RepositoryAsync();
        var upload = await server.Alice.PostAsync($"/v2/{name}/blobs/uploads/");

        foreach (var target in (string[])[$"blobs/{digest}", $"manifests/{digest}", $"referrers/{digest}"])
            (await server.Alice.GetAsync($"/v2/{name}/{target}")).Expect(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        (await server.Alice.DeleteAsync($"/v2/{name}/blobs/{digest}")).Expect(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/{digest}")).Expect(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        (await server.Alice.PutManifestAsync(name, digest, "{}"u8.ToArray())).Expect(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        var value = Uri.EscapeDataString(digest);
        (await server.Alice.PutAsync($"{upload.Location}?digest={value}", [1])).Expect(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        var whole = await server.Alice.PostAsync($"/v2/{name}/blobs/uploads/?digest={value}", [1]);
        whole.Expect(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        (await server.Alice.GetAsync(upload.Location)).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_refusal_is_a_list_of_one_error_with_an_upper_case_code_and_words()
    {
        var name = await server.RepositoryAsync();
        var digest = Image.Unknown();

        var refusal = (await server.Alice.GetAsync($"/v2/{name}/blobs/{digest}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");

        var error = Assert.Single(refusal.Json.GetProperty("errors").EnumerateArray());
        Assert.Matches(new Regex("^[A-Z_]+$", RegexOptions.None, TimeSpan.FromSeconds(1)), error.GetProperty("code").GetString());
        Assert.Contains(digest, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(digest, error.GetProperty("detail").GetProperty("digest").GetString());
        Assert.Equal(refusal.Header("x-amz-request-id"), error.GetProperty("detail").GetProperty("request_id").GetString());
        Assert.Equal("registry/2.0", refusal.Header("Docker-Distribution-Api-Version"));
        Assert.Equal("nosniff", refusal.Header("X-Content-Type-Options"));
        Assert.Equal("sandbox", refusal.Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task A_refusal_of_HEAD_has_no_body()
    {
        var name = await server.RepositoryAsync();

        foreach (var target in (string[])[$"blobs/{Image.Unknown()}", $"manifests/{Image.Unknown()}", "manifests/none", "nothing/here"])
        {
            var refusal = (await server.Alice.HeadAsync($"/v2/{name}/{target}")).Expect(HttpStatusCode.NotFound);
            Assert.Empty(refusal.Body);
            Assert.Equal("registry/2.0", refusal.Header("Docker-Distribution-Api-Version"));
        }

        Assert.Empty((await server.Nobody.HeadAsync($"/v2/{name}/manifests/x")).Expect(HttpStatusCode.Unauthorized).Body);
    }

    [Theory]
    [InlineData("/v2/nothing")]
    [InlineData("/v2/a/tags")]
    [InlineData("/v2/tags/list")]
    [InlineData("/v2/a/manifests")]
    [InlineData("/v2/manifests/x")]
    [InlineData("/v2/_catalog/")]
    [InlineData("/v2/a/tags/list/")]
    [InlineData("/v2/_oci/ext/discover")]
    [InlineData("/token/x")]
    public async Task What_is_no_path_of_the_protocol_is_not_found_in_its_words(string target)
    {
        var refusal = (await server.Alice.GetAsync(target)).Expect(HttpStatusCode.NotFound, "UNSUPPORTED");

        Assert.Equal("registry/2.0", refusal.Header("Docker-Distribution-Api-Version"));
    }

    [Theory]
    [InlineData("/v2/a//manifests/x")]
    [InlineData("/v2/a/../b/manifests/x")]
    [InlineData("/v2/a%2Fb/manifests/x")]
    public async Task A_path_that_could_be_read_in_two_ways_is_refused(string target) =>
        (await server.Alice.GetAsync(target)).Expect(HttpStatusCode.BadRequest, "UNSUPPORTED");

    [Theory]
    [InlineData("POST", "manifests/x")]
    [InlineData("PATCH", "manifests/x")]
    [InlineData("PUT", "blobs/sha256:00")]
    [InlineData("GET", "blobs/uploads/")]
    [InlineData("PUT", "blobs/uploads/")]
    [InlineData("DELETE", "tags/list")]
    [InlineData("POST", "referrers/sha256:00")]
    [InlineData("OPTIONS", "manifests/x")]
    public async Task A_method_that_has_no_meaning_is_refused_with_those_that_have(string method, string path)
    {
        var refusal = (await server.Alice.SendAsync(method, $"/v2/default/x/{path}", null)).Expect(HttpStatusCode.MethodNotAllowed);

        Assert.Equal("UNSUPPORTED", refusal.Code);
        Assert.NotEmpty(refusal.Header("Allow") ?? "");
        Assert.DoesNotContain(method, refusal.Header("Allow"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_is_not_there_is_said_to_be_unknown()
    {
        var name = server.NewName();

        foreach (var path in (string[])["tags/list", "manifests/x", $"blobs/{Image.Unknown()}"])
            (await server.Alice.GetAsync($"/v2/{name}/{path}")).Expect(HttpStatusCode.NotFound, "NAME_UNKNOWN");
        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/x")).Expect(HttpStatusCode.NotFound, "NAME_UNKNOWN");
        (await server.Alice.PatchAsync($"/v2/{name}/blobs/uploads/0", [1])).Expect(HttpStatusCode.NotFound, "NAME_UNKNOWN");
    }

    [Fact]
    public async Task A_path_may_be_percent_encoded()
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(9);
        var digest = await server.Alice.PushBlobAsync(name, blob);

        Assert.Equal(blob, (await server.Alice.GetAsync($"/v2/{name}/blobs/{Uri.EscapeDataString(digest)}")).ExpectOk().Body);
    }

    [Fact]
    public async Task A_refusal_comes_before_the_body_is_asked_for()
    {
        await using var plain = await OciServer.StartAsync(options: new ServerOptions { Tls = false });
        await using var connection = await RawConnection.OpenAsync(plain.BaseAddress);

        await connection.SendAsync(
            "PUT /v2/a/b/manifests/v1 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n");
        var (head, body) = await connection.ReceiveAsync();

        Assert.StartsWith("HTTP/1.1 401 ", head, StringComparison.Ordinal);
        Assert.Contains("UNAUTHORIZED", body, StringComparison.Ordinal);
    }
}
