using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Calls the registry and the admin API as one user, with Basic credentials, or as nobody.</summary>
sealed class RegistryCaller(ServerFixture server, string? login, string secret = "a-secret-of-tests") : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly HttpClient _http = server.NewClient();

    public static RegistryCaller Root(ServerFixture server) => new(server, ServerFixture.RootAccessKey, ServerFixture.RootSecretKey);

    public async Task<HttpResponseMessage> SendAsync(string method, string target, byte[]? body = null, string? type = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (type is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        if (login is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{secret}")));
        return await _http.SendAsync(request, Ct);
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpStatusCode expected, string method, string target, byte[]? body = null, string? type = null)
    {
        var answer = await SendAsync(method, target, body, type);
        Assert.True(
            answer.StatusCode == expected,
            $"{method} {target}: {(int)answer.StatusCode} instead of {(int)expected}: {await answer.Content.ReadAsStringAsync(Ct)}");
        return answer;
    }

    public async Task<byte[]> GetAsync(string target)
    {
        using var answer = await SendAsync(HttpStatusCode.OK, "GET", target);
        return await answer.Content.ReadAsByteArrayAsync(Ct);
    }

    public async Task<JsonNode> JsonAsync(string method, string target, string? body = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var content = body is null ? null : Encoding.UTF8.GetBytes(body);
        using var answer = await SendAsync(expected, method, target, content, "application/json");
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
    }

    public async Task<Digest> PushBlobAsync(string repository, byte[] content)
    {
        var digest = Digest.Of(content);
        using var answer = await SendAsync(HttpStatusCode.Created, "POST", $"/v2/{repository}/blobs/uploads/?digest={digest}", content);
        return digest;
    }

    /// <summary>A manifest of one layer, with what it names; its digest.</summary>
    public async Task<Digest> PushImageAsync(string repository, string reference, string layer, Digest? subject = null)
    {
        var (config, content) = (await PushBlobAsync(repository, "{}"u8.ToArray()), Encoding.UTF8.GetBytes(layer));
        var manifest = Image(config, await PushBlobAsync(repository, content), content.Length, subject);
        using var answer = await SendAsync(
            HttpStatusCode.Created, "PUT", $"/v2/{repository}/manifests/{reference}", manifest, MediaTypes.OciManifest);
        return Digest.Of(manifest);
    }

    public static byte[] Image(Digest config, Digest layer, long size, Digest? subject = null)
    {
        var json = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["artifactType"] = "application/vnd.example.thing",
            ["config"] = Descriptor(MediaTypes.EmptyConfig, config, 2),
            ["layers"] = new JsonArray(Descriptor(MediaTypes.Octets, layer, size)),
        };
        if (subject is { } of)
            json["subject"] = Descriptor(MediaTypes.OciManifest, of, 100);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    public void Dispose() => _http.Dispose();

    static JsonObject Descriptor(string type, Digest digest, long size) =>
        new() { ["mediaType"] = type, ["digest"] = digest.ToString(), ["size"] = size };
}
