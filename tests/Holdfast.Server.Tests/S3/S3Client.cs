using System.Net.Http.Headers;
using System.Text;
using Holdfast.Protocol;
using Holdfast.Protocol.S3.SigV4;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.S3;

/// <summary>Sends exactly the target and headers it is given, signed in any of the payload forms, or not at all.</summary>
sealed class S3Client : IDisposable
{
    readonly HttpClient _http;
    readonly Uri _address;
    readonly SigV4Signer? _signer;

    public S3Client(ServerFixture server, string? accessKey = ServerFixture.RootAccessKey, string secretKey = ServerFixture.RootSecretKey)
    {
        _address = server.BaseAddress;
        _signer = accessKey is null ? null : new SigV4Signer(accessKey, secretKey, "us-east-1");
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8;
        handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8;
        if (server.Certificate is { } certificate)
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, shown, _, _) => shown?.GetCertHashString() == certificate.Certificate.GetCertHashString();
        _http = new HttpClient(handler);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Task<S3Reply> GetAsync(string target, params (string Name, string Value)[] headers) =>
        SendAsync("GET", target, null, Framing.Hex, headers);

    public Task<S3Reply> HeadAsync(string target, params (string Name, string Value)[] headers) =>
        SendAsync("HEAD", target, null, Framing.Hex, headers);

    public Task<S3Reply> DeleteAsync(string target, params (string Name, string Value)[] headers) =>
        SendAsync("DELETE", target, null, Framing.Hex, headers);

    public Task<S3Reply> PutAsync(string target, byte[] body, params (string Name, string Value)[] headers) =>
        SendAsync("PUT", target, body, Framing.Hex, headers);

    public Task<S3Reply> PutAsync(string target, string body = "", params (string Name, string Value)[] headers) =>
        PutAsync(target, Encoding.UTF8.GetBytes(body), headers);

    public Task<S3Reply> PostAsync(string target, string body = "", params (string Name, string Value)[] headers) =>
        SendAsync("POST", target, Encoding.UTF8.GetBytes(body), Framing.Hex, headers);

    /// <summary>The target as it goes on the wire; a trailer is "name:value".</summary>
    public async Task<S3Reply> SendAsync(
        string method,
        string target,
        byte[]? body,
        Framing framing,
        (string Name, string Value)[] headers,
        string? trailer = null,
        Func<byte[], byte[]>? tamper = null)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["host"] = _address.Authority };
        foreach (var (name, value) in headers)
            all[name] = value;
        body = Frame(method, target, body, framing, all, trailer);
        return await TransmitAsync(method, target, tamper is null || body is null ? body : tamper(body), all);
    }

    /// <summary>The target with the query of a presigned URL.</summary>
    public string Presign(string method, string target, TimeSpan expires, DateTimeOffset? now = null)
    {
        var (path, query) = Split(target);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = _address.Authority };
        return $"{path}?{_signer!.Presign(method, path, query, headers, expires, now ?? TimeProvider.System.GetUtcNow())}";
    }

    /// <summary>Sends what it is given and signs nothing.</summary>
    public Task<S3Reply> PlainAsync(string method, string target, byte[]? body = null, params (string Name, string Value)[] headers) =>
        TransmitAsync(
            method, target, body, headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase));

    public void Dispose() => _http.Dispose();

    byte[]? Frame(string method, string target, byte[]? body, Framing framing, Dictionary<string, string> headers, string? trailer)
    {
        if (_signer is null)
            return body;
        var (path, query) = Split(target);
        if (framing >= Framing.SignedChunks)
        {
            headers["x-amz-decoded-content-length"] = $"{body!.Length}";
            if (trailer is not null)
                headers["x-amz-trailer"] = trailer[..trailer.IndexOf(':', StringComparison.Ordinal)];
        }

        var form = framing switch
        {
            Framing.Hex => headers.GetValueOrDefault("x-amz-content-sha256") ?? Digest.Of(body ?? []).Hex,
            Framing.Unsigned => "UNSIGNED-PAYLOAD",
            Framing.SignedChunks => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            Framing.SignedChunksTrailer => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            _ => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        };
        var signature = _signer.Sign(method, path, query, headers, form, TimeProvider.System.GetUtcNow());
        if (framing < Framing.SignedChunks)
            return body;
        return AwsChunks.Write(body!, framing == Framing.UnsignedTrailer ? null : signature.OpenChunkChain(), trailer);
    }

    async Task<S3Reply> TransmitAsync(string method, string target, byte[]? body, Dictionary<string, string> headers)
    {
        var uri = new Uri(
            _address.GetLeftPart(UriPartial.Authority) + target,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in headers)
        {
            if (name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase))
                request.Headers.TransferEncodingChunked = true;
            else if (!request.Headers.TryAddWithoutValidation(name, value))
                Content(request).TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request, Ct);
        return new S3Reply(response, await response.Content.ReadAsByteArrayAsync(Ct));
    }

    static HttpContentHeaders Content(HttpRequestMessage request) => (request.Content ??= new ByteArrayContent([])).Headers;

    static (string Path, string Query) Split(string target) =>
        target.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? (target[..mark], target[(mark + 1)..]) : (target, "");
}
