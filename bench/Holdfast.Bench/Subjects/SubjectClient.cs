using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Holdfast.Bench.Subjects;

/// <summary>Prepares and inspects a subject between measurements, over ordinary HTTP.</summary>
public sealed class SubjectClient(Subject subject) : IDisposable
{
    const int SeedParallelism = 16;

    readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromHours(1) };

    public async Task CreateBucketAsync(string bucket, CancellationToken ct)
    {
        if (subject.IsS3)
            (await SendAsync(HttpMethod.Put, $"/{bucket}", "", null, ct)).Dispose();
    }

    public async Task PutAsync(string path, HttpContent content, CancellationToken ct)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        (await SendAsync(HttpMethod.Put, path, "", content, ct)).Dispose();
    }

    /// <summary>Puts objects of random bytes under <paramref name="prefix"/>; answers their paths and the ETags they must have.</summary>
    public async Task<(string Path, string ETag)[]> SeedAsync(string prefix, int count, int size, CancellationToken ct)
    {
        var seeded = new (string Path, string ETag)[count];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = SeedParallelism, CancellationToken = ct };
        await Parallel.ForAsync(0, count, parallel, async (i, stop) =>
        {
            var bytes = RandomNumberGenerator.GetBytes(size);
            seeded[i] = ($"{prefix}/object-{i:D6}", $"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"");
            using ByteArrayContent content = new(bytes);
            await PutAsync(seeded[i].Path, content, stop);
        });
        return seeded;
    }

    /// <summary>Sends a presigned request.</summary>
    /// <exception cref="HttpRequestException">The answer is not 2xx; the message holds its body.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        string query,
        HttpContent? content,
        CancellationToken ct,
        params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, subject.Url(method.Method, path, query, headers)) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (answer.IsSuccessStatusCode)
            return answer;
        var body = await answer.Content.ReadAsStringAsync(ct);
        answer.Dispose();
        throw new HttpRequestException($"{subject.Name} answered {method} {path} with {(int)answer.StatusCode}: {body}");
    }

    public void Dispose() => _http.Dispose();
}
