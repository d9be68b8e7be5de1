using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.DotNet;
using Holdfast.Clients.Tests.Registries;

namespace Holdfast.Clients.Tests.Docker;

/// <summary>The Docker engine's side of a push and a pull, request by request (distribution, "Token Authentication Specification" and
/// "HTTP API V2"): no engine runs where the tests do.</summary>
public sealed class DockerWire : IDisposable
{
    public const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";

    // The engine names all types it takes in one header each.
    static readonly string[] Accepted =
    [
        Manifest, "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v1+prettyjws", "application/json",
    ];

    readonly Registry _registry;
    readonly HttpClient _http;

    public DockerWire(Registry registry)
    {
        _registry = registry;
        _http = SdkClient.CreateHttp(registry.CaFile);
        _http.BaseAddress = registry.Url;
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("docker/28.2.2 go/go1.24.3 os/linux arch/amd64");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What the ping is refused with, as its one challenge says.</summary>
    public async Task<Dictionary<string, string>> PingAsync()
    {
        using var answer = await _http.GetAsync("/v2/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("registry/2.0", Assert.Single(answer.Headers.GetValues("Docker-Distribution-Api-Version")));
        return ChallengeOf(answer);
    }

    public static Dictionary<string, string> ChallengeOf(HttpResponseMessage answer)
    {
        var challenge = Assert.Single(answer.Headers.WwwAuthenticate);
        Assert.Equal("Bearer", challenge.Scheme);
        // Quoted values hold commas, so the pairs are divided where a quote ends.
        return challenge.Parameter!.Split("\",", StringSplitOptions.TrimEntries)
            .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim('"'));
    }

    /// <summary>The token answer to a GET with Basic credentials; with <paramref name="offline"/> a refresh token is in it.</summary>
    public async Task<JsonNode> GetTokenAsync(Dictionary<string, string> challenge, bool offline, params string[] scopes)
    {
        var query = $"account={_registry.User}{(offline ? "&client_id=docker&offline_token=true" : "")}"
            + string.Concat(scopes.Select(scope => $"&scope={Uri.EscapeDataString(scope)}")) + $"&service={challenge["service"]}";
        using HttpRequestMessage request = new(HttpMethod.Get, $"{challenge["realm"]}?{query}");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(_registry.Credentials)));
        return await TokenAsync(request);
    }

    /// <summary>The token answer to a POST of a form, as the engine does with a refresh token that it kept.</summary>
    public async Task<JsonNode> PostTokenAsync(Dictionary<string, string> challenge, params (string Name, string Value)[] form)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, challenge["realm"]);
        request.Content = new FormUrlEncodedContent(
        [
            new("service", challenge["service"]), new("client_id", "docker"),
            .. form.Select(KeyValuePair<string, string> (field) => new(field.Name, field.Value)),
        ]);
        return await TokenAsync(request);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, string token, HttpContent? content = null)
    {
        using HttpRequestMessage request = new(method, target) { Content = content };
        request.Headers.Authorization = new("Bearer", token);
        foreach (var type in Accepted)
            request.Headers.TryAddWithoutValidation("Accept", type);
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a blob the engine's way: one PATCH of unsaid length, then a PUT without a body. False when it was there.</summary>
    public async Task<bool> PushBlobAsync(string repository, string token, byte[] content, string digest)
    {
        using var head = await SendAsync(HttpMethod.Head, $"/v2/{repository}/blobs/{digest}", token);
        if (head.StatusCode == HttpStatusCode.OK)
            return false;
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        using var started = await SendAsync(HttpMethod.Post, $"/v2/{repository}/blobs/uploads/", token, new ByteArrayContent([]));
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.NotEmpty(started.Headers.GetValues("Docker-Upload-UUID"));

        using StreamContent stream = new(new EndlessLookingStream(content));
        using var patched = await SendAsync(HttpMethod.Patch, started.Headers.Location!.ToString(), token, stream);
        Assert.Equal(HttpStatusCode.Accepted, patched.StatusCode);
        Assert.Equal($"0-{content.Length - 1}", Assert.Single(patched.Headers.GetValues("Range")));

        var location = patched.Headers.Location!.ToString();
        var target = $"{location}{(location.Contains('?') ? '&' : '?')}digest={Uri.EscapeDataString(digest)}";
        using var put = await SendAsync(HttpMethod.Put, target, token, new ByteArrayContent([]));
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(digest, DigestOf(put));
        return true;
    }

    public async Task<HttpResponseMessage> PutManifestAsync(string repository, string tag, string token, byte[] manifest)
    {
        ByteArrayContent content = new(manifest);
        content.Headers.ContentType = new MediaTypeHeaderValue(Manifest);
        return await SendAsync(HttpMethod.Put, $"/v2/{repository}/manifests/{tag}", token, content);
    }

    public async Task<byte[]> PullAsync(string target, string token)
    {
        using var answer = await SendAsync(HttpMethod.Get, target, token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    public static string DigestOf(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("Docker-Content-Digest"));

    async Task<JsonNode> TokenAsync(HttpRequestMessage request)
    {
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>A stream that does not tell its length, so that it is sent in chunks.</summary>
    sealed class EndlessLookingStream(byte[] content) : MemoryStream(content, writable: false)
    {
        public override bool CanSeek => false;
    }
}
