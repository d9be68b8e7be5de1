using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios.Registry;

/// <summary>Pushes to a registry as clients do (distribution-spec, "Pushing blobs"). Thread-safe.</summary>
public sealed class RegistryClient : IDisposable
{
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    readonly Subject _subject;
    readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromHours(1) };

    public RegistryClient(Subject subject)
    {
        _subject = subject;
        _http.BaseAddress = subject.Address;
        if (subject.Authorization is { } header)
            _http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(header);
    }

    /// <summary>What curl needs to be let in.</summary>
    public string[] CurlOptions => _subject.Authorization is { } header ? ["--header", $"Authorization: {header}"] : [];

    public static string DigestOf(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Begins an upload; the URL that takes all of the blob by PUT.</summary>
    public async Task<string> BeginAsync(string repository, string digest, CancellationToken ct)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/v2/{repository}/blobs/uploads/", null, ct);
        var location = new Uri(_subject.Address, answer.Headers.Location!).ToString();
        return location + (location.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "digest=" + Uri.EscapeDataString(digest);
    }

    public async Task PushBlobAsync(string repository, HttpContent content, string digest, CancellationToken ct)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        (await SendAsync(HttpMethod.Put, await BeginAsync(repository, digest, ct), content, ct)).Dispose();
    }

    public async Task<string> PushBlobAsync(string repository, byte[] content, CancellationToken ct)
    {
        var digest = DigestOf(content);
        using ByteArrayContent body = new(content);
        await PushBlobAsync(repository, body, digest, ct);
        return digest;
    }

    public async Task PutManifestAsync(string repository, string reference, byte[] manifest, CancellationToken ct)
    {
        using ByteArrayContent content = new(manifest);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(ManifestType);
        (await SendAsync(HttpMethod.Put, $"/v2/{repository}/manifests/{reference}", content, ct)).Dispose();
    }

    /// <summary>Asks for each blob first, as clients do, then pushes what is missing.</summary>
    public async Task PushImageAsync(string repository, string tag, byte[] config, IReadOnlyList<byte[]> layers, CancellationToken ct)
    {
        foreach (var blob in layers.Append(config))
        {
            using HttpRequestMessage head = new(HttpMethod.Head, $"/v2/{repository}/blobs/{DigestOf(blob)}");
            using var answer = await _http.SendAsync(head, ct);
            if (answer.StatusCode != HttpStatusCode.OK)
                await PushBlobAsync(repository, blob, ct);
        }

        await PutManifestAsync(repository, tag, Manifest(config, layers), ct);
    }

    public static byte[] Manifest(byte[] config, IReadOnlyList<byte[]> layers, string extra = "")
    {
        var list = string.Join(',', layers.Select(layer =>
            $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{DigestOf(layer)}}","size":{{layer.Length}}}"""));
        return Encoding.ASCII.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{ManifestType}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"{{DigestOf(config)}}","size":{{config.Length}}},"layers":[{{list}}]{{extra}}}
            """);
    }

    /// <exception cref="HttpRequestException">The answer is not 2xx; the message holds its body.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, HttpContent? content, CancellationToken ct)
    {
        using HttpRequestMessage request = new(method, target) { Content = content };
        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (answer.IsSuccessStatusCode)
            return answer;
        var body = await answer.Content.ReadAsStringAsync(ct);
        answer.Dispose();
        throw new HttpRequestException($"{_subject.Name} answered {method} {target} with {(int)answer.StatusCode}: {body}");
    }

    public void Dispose() => _http.Dispose();
}
