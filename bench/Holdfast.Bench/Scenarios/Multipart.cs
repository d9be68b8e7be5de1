using System.Text;
using System.Xml.Linq;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>A multipart upload, step by step.</summary>
public sealed class Multipart
{
    readonly SubjectClient _client;
    readonly string _path;
    readonly string _id;
    readonly string[] _etags;

    Multipart(SubjectClient client, string path, string id, int parts) =>
        (_client, _path, _id, _etags) = (client, path, id, new string[parts]);

    public static async Task<Multipart> BeginAsync(SubjectClient client, string path, int parts, CancellationToken ct)
    {
        using var answer = await client.SendAsync(HttpMethod.Post, path, "uploads=", null, ct);
        var id = XElement.Parse(await answer.Content.ReadAsStringAsync(ct)).Elements()
            .Single(element => element.Name.LocalName == "UploadId").Value;
        return new(client, path, Uri.EscapeDataString(id), parts);
    }

    /// <summary>Sends one part.</summary>
    /// <param name="number">From 1.</param>
    public async Task UploadAsync(int number, HttpContent content, CancellationToken ct)
    {
        using var answer = await _client.SendAsync(HttpMethod.Put, _path, $"partNumber={number}&uploadId={_id}", content, ct);
        _etags[number - 1] = answer.Headers.ETag!.Tag;
    }

    /// <summary>Makes every part a copy of a whole object.</summary>
    public async Task CopyAllAsync(string source, int parallelism, CancellationToken ct)
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = parallelism, CancellationToken = ct };
        await Parallel.ForAsync(1, _etags.Length + 1, parallel, async (number, stop) =>
        {
            using var answer = await _client.SendAsync(
                HttpMethod.Put, _path, $"partNumber={number}&uploadId={_id}", null, stop, ("x-amz-copy-source", source));
            var result = XElement.Parse(await answer.Content.ReadAsStringAsync(stop));
            _etags[number - 1] = result.Elements().Single(element => element.Name.LocalName == "ETag").Value;
        });
    }

    public async Task CompleteAsync(CancellationToken ct)
    {
        StringBuilder xml = new("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        for (var i = 0; i < _etags.Length; i++)
            xml.Append("<Part><PartNumber>").Append(i + 1).Append("</PartNumber><ETag>").Append(_etags[i]).Append("</ETag></Part>");
        using StringContent body = new(xml.Append("</CompleteMultipartUpload>").ToString(), Encoding.UTF8, "application/xml");
        using var answer = await _client.SendAsync(HttpMethod.Post, _path, $"uploadId={_id}", body, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        if (!text.Contains("CompleteMultipartUploadResult", StringComparison.Ordinal))
            throw new InvalidOperationException($"the upload was not completed: {text}");
    }
}
