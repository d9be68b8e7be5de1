using System.Text;
using Holdfast.Clients.Tests.DotNet;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Conformance.Wire;

/// <summary>Sends requests exactly as written: no SDK tidies the path, adds a checksum or hides an answer. Thread-safe.</summary>
public sealed class S3Wire(Endpoint server) : IDisposable
{
    readonly HttpClient _http = SdkClient.CreateHttp(server.CaFile, anyName: true);

    public Identity Me { get; } = new(server.AccessKey, server.SecretKey);

    public Task<WireAnswer> GetAsync(string target, params (string Name, string Value)[] headers) =>
        SendAsync(new("GET", target) { By = Me, Headers = headers });

    public Task<WireAnswer> HeadAsync(string target, params (string Name, string Value)[] headers) =>
        SendAsync(new("HEAD", target) { By = Me, Headers = headers });

    public Task<WireAnswer> DeleteAsync(string target, params (string Name, string Value)[] headers) =>
        SendAsync(new("DELETE", target) { By = Me, Headers = headers });

    public Task<WireAnswer> PutAsync(string target, byte[] body, params (string Name, string Value)[] headers) =>
        SendAsync(new("PUT", target) { By = Me, Body = body, Headers = headers });

    public Task<WireAnswer> PutAsync(string target, string body = "", params (string Name, string Value)[] headers) =>
        PutAsync(target, Encoding.UTF8.GetBytes(body), headers);

    public Task<WireAnswer> PostAsync(string target, string body = "", params (string Name, string Value)[] headers) =>
        SendAsync(new("POST", target) { By = Me, Body = Encoding.UTF8.GetBytes(body), Headers = headers });

    /// <summary>A new bucket's target, “/name”.</summary>
    public async Task<string> BucketAsync(params (string Name, string Value)[] headers)
    {
        var bucket = "/" + Names.Bucket("wire");
        (await PutAsync(bucket, "", headers)).Ok();
        return bucket;
    }

    public async Task<string> VersionedBucketAsync()
    {
        var bucket = await BucketAsync();
        await SetVersioningAsync(bucket, "Enabled");
        return bucket;
    }

    public async Task SetVersioningAsync(string bucket, string status) =>
        (await PutAsync($"{bucket}?versioning", $"<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>")).Ok();

    public async Task<WireAnswer> SendAsync(WireRequest request)
    {
        var (ready, authorization) = request.By is null ? (request, null) : Signed(request);
        ready = request.Forged(ready);
        using var message = Message(ready, authorization);
        using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead);
        return new(
            $"{ready.Method} {ready.Target}",
            (int)answer.StatusCode,
            answer.Headers,
            answer.Content.Headers,
            await answer.Content.ReadAsByteArrayAsync());
    }

    /// <summary>The presigned target of a request; its x-amz-… headers and Host are signed.</summary>
    public string Presign(WireRequest request, string expires = "60") =>
        SignerOf(request).Presign(request.Method, request.Target, SignedHeaders(request.Headers, request.Host), expires);

    /// <summary>The signer a request would be signed with, for bodies that are signed chunk by chunk.</summary>
    public Signer SignerOf(WireRequest request) =>
        new(request.By ?? Me, request.Region ?? server.Region, request.At ?? TimeProvider.System.GetUtcNow());

    /// <summary>The request with its x-amz-date and x-amz-content-sha256, its Authorization header and the signature in that.</summary>
    public (WireRequest Request, string Authorization, string Signature) Sign(WireRequest request, Signer signer)
    {
        var hash = request.PayloadHash ?? Signer.HashOf(request.Body);
        request = request with { Headers = [.. request.Headers, ("x-amz-date", signer.Time), ("x-amz-content-sha256", hash)] };
        var (authorization, signature) = signer.SignHeaders(
            request.Method, request.Target, SignedHeaders(request.Headers, request.Host), hash);
        return (request, authorization, signature);
    }

    public void Dispose() => _http.Dispose();

    (WireRequest Request, string Authorization) Signed(WireRequest request)
    {
        var (ready, authorization, _) = Sign(request, SignerOf(request));
        return (ready, authorization);
    }

    SortedDictionary<string, string> SignedHeaders(IEnumerable<(string Name, string Value)> headers, string? host)
    {
        SortedDictionary<string, string> signed = new(StringComparer.Ordinal) { ["host"] = host ?? server.Url.Authority };
        foreach (var (name, value) in headers.Where(header => header.Name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)))
            signed.Add(name.ToLowerInvariant(), value);
        return signed;
    }

    HttpRequestMessage Message(WireRequest request, string? authorization)
    {
        // Without canonicalization, so that “..”, “//” and “%2F” arrive as written.
        Uri uri = new(server.Address + request.Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        HttpRequestMessage message = new(new HttpMethod(request.Method), uri);
        message.Headers.Host = request.Host;
        if (request.Body is not null)
            message.Content = new ByteArrayContent(request.Body);
        if (request.Chunked)
            (message.Headers.TransferEncodingChunked, message.Content!.Headers.ContentLength) = (true, null);
        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                (message.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
        }
        if (authorization is not null)
            message.Headers.TryAddWithoutValidation("Authorization", authorization);
        return message;
    }
}
