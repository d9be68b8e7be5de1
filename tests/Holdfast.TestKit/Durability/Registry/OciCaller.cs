using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Holdfast.TestKit.Server;

namespace Holdfast.TestKit.Durability.Registry;

/// <summary>
/// Sends requests of the root user to a test server's OCI door and admin API. No retries: what was answered is what the caller sees.
/// Thread safe.
/// </summary>
public sealed class OciCaller : IDisposable
{
    readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    public OciCaller(Uri address)
    {
        _client.BaseAddress = address;
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ServerFixture.RootAccessKey}:{ServerFixture.RootSecretKey}")));
    }

    /// <summary>The answer; null when none came, and then the request may or may not have been carried out.</summary>
    /// <param name="target">From the slash on, with its query.</param>
    public async Task<OciReply?> TryAsync(HttpMethod method, string target, CancellationToken ct, HttpContent? body = null)
    {
        try
        {
            return await SendAsync(method, target, ct, body);
        }
        // The client lets a bare SocketException through when a connection ends at the moment it was made.
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException or SocketException)
        {
            return null;
        }
    }

    /// <summary>Throws HttpRequestException when no whole answer came.</summary>
    public async Task<OciReply> SendAsync(HttpMethod method, string target, CancellationToken ct, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, target) { Content = body };
        using var response = await _client.SendAsync(request, ct);
        return new OciReply(
            response.StatusCode,
            Find(response, "Docker-Content-Digest"),
            Find(response, "Location"),
            Find(response, "Range"),
            await response.Content.ReadAsByteArrayAsync(ct));
    }

    public static ByteArrayContent Body(ReadOnlyMemory<byte> bytes, string mediaType = "application/octet-stream") =>
        new(bytes.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };

    public void Dispose() => _client.Dispose();

    static string? Find(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
