using System.Net.Http.Headers;
using System.Text;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Sends exactly the target and headers it is given, with credentials of one kind or none, and follows nothing.</summary>
sealed class OciClient : IDisposable
{
    readonly HttpClient _http;
    readonly Uri _address;
    readonly string? _authorization;

    /// <param name="authorization">The value of the header of that name; null for none.</param>
    public OciClient(ServerFixture server, string? authorization)
    {
        (_address, _authorization) = (server.BaseAddress, authorization);
        _http = server.NewClient();
    }

    /// <summary>Where the server listens: scheme and authority.</summary>
    public string Origin => _address.GetLeftPart(UriPartial.Authority);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static string Basic(string login, string secret) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{secret}"));

    public Task<OciReply> GetAsync(string target, params (string Name, string Value)[] headers) =>
        SendAsync("GET", target, null, headers);

    public Task<OciReply> HeadAsync(string target, params (string Name, string Value)[] headers) =>
        SendAsync("HEAD", target, null, headers);

    public Task<OciReply> DeleteAsync(string target, params (string Name, string Value)[] headers) =>
        SendAsync("DELETE", target, null, headers);

    public Task<OciReply> PostAsync(string target, byte[]? body = null, params (string Name, string Value)[] headers) =>
        SendAsync("POST", target, body, headers);

    public Task<OciReply> PatchAsync(string target, byte[]? body, params (string Name, string Value)[] headers) =>
        SendAsync("PATCH", target, body, headers);

    public Task<OciReply> PutAsync(string target, byte[]? body, params (string Name, string Value)[] headers) =>
        SendAsync("PUT", target, body, headers);

    /// <summary>The target as it goes on the wire; with a header Transfer-Encoding the body goes in chunks, without its length.</summary>
    public async Task<OciReply> SendAsync(string method, string target, byte[]? body, params (string Name, string Value)[] headers)
    {
        var uri = new Uri(Origin + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        if (_authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", _authorization);
        foreach (var (name, value) in headers)
            Add(request, name, value);

        using var response = await _http.SendAsync(request, Ct);
        return new OciReply(response, await response.Content.ReadAsByteArrayAsync(Ct));
    }

    public void Dispose() => _http.Dispose();

    static void Add(HttpRequestMessage request, string name, string value)
    {
        if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            request.Headers.TransferEncodingChunked = true;
        else if (!request.Headers.TryAddWithoutValidation(name, value))
            Content(request).TryAddWithoutValidation(name, value);
    }

    static HttpContentHeaders Content(HttpRequestMessage request) => (request.Content ??= new ByteArrayContent([])).Headers;
}
