using System.Security.Cryptography.X509Certificates;
using Holdfast.Protocol.S3.SigV4;
using Holdfast.TestKit.Server;

namespace Holdfast.TestKit.Durability;

/// <summary>
/// Sends requests signed by the root user of a test's server. No retries: what was answered is what the caller sees. Thread safe.
/// </summary>
/// <param name="certificate">The certificate that an https server must show; null: none is trusted.</param>
public sealed class S3Caller(Uri address, X509Certificate2? certificate = null) : IDisposable
{
    const string Unsigned = "UNSIGNED-PAYLOAD";

    static readonly Dictionary<string, string> NoHeaders = [];

    readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && certificate?.Equals(shown) == true },
    });
    readonly SigV4Signer _signer = new(ServerFixture.RootAccessKey, ServerFixture.RootSecretKey, "us-east-1");

    /// <summary>The variables that give a server process the credentials used here.</summary>
    public static IReadOnlyDictionary<string, string> Credentials { get; } = new Dictionary<string, string>
    {
        ["HOLDFAST_ROOT_ACCESS_KEY"] = ServerFixture.RootAccessKey,
        ["HOLDFAST_ROOT_SECRET_KEY"] = ServerFixture.RootSecretKey,
    };

    /// <summary>Throws HttpRequestException when no whole answer came: then the request may or may not have been carried out.</summary>
    /// <param name="path">Percent-encoded, from the slash on.</param>
    /// <param name="query">Without its question mark.</param>
    public async Task<S3Reply> SendAsync(
        HttpMethod method,
        string path,
        CancellationToken ct,
        string query = "",
        IReadOnlyDictionary<string, string>? headers = null,
        HttpContent? body = null)
    {
        var signed = new Dictionary<string, string>(headers ?? NoHeaders, StringComparer.Ordinal) { ["host"] = address.Authority };
        _signer.Sign(method.Method, path, query, signed, Unsigned, TimeProvider.System.GetUtcNow());
        using var request = new HttpRequestMessage(method, new Uri(address, query.Length == 0 ? path : $"{path}?{query}"))
        {
            Content = body,
        };
        foreach (var (name, value) in signed)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request, ct);
        return new S3Reply(response.StatusCode, response.Headers.ETag?.Tag.Trim('"'), await response.Content.ReadAsByteArrayAsync(ct));
    }

    public Task<S3Reply> PutAsync(string path, byte[] content, CancellationToken ct, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, ct, headers: headers.ToDictionary(h => h.Name, h => h.Value), body: new ByteArrayContent(content));

    public Task<S3Reply> GetAsync(string path, CancellationToken ct, string query = "") => SendAsync(HttpMethod.Get, path, ct, query);

    public Task<S3Reply> DeleteAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Delete, path, ct);

    public void Dispose() => _client.Dispose();
}
