namespace Holdfast.Clients.Tests.Conformance.Wire;

/// <summary>One multipart upload, driven by hand.</summary>
public sealed class Multipart
{
    /// <summary>The least a part may have when it is not the last, in bytes.</summary>
    public const int MinPart = 5 * 1024 * 1024;

    readonly S3Wire _s3;

    Multipart(S3Wire s3, string target, string id) => (_s3, Target, Id) = (s3, target, id);

    public string Target { get; }

    public string Id { get; }

    public static async Task<Multipart> BeginAsync(S3Wire s3, string target, params (string Name, string Value)[] headers) =>
        new(s3, target, (await s3.PostAsync($"{target}?uploads", "", headers)).Ok().One("UploadId")!);

    public Task<WireAnswer> UploadAsync(int number, byte[] bytes, params (string Name, string Value)[] headers) =>
        _s3.PutAsync($"{Target}?partNumber={number}&uploadId={Id}", bytes, headers);

    public Task<WireAnswer> CopyAsync(int number, string from, params (string Name, string Value)[] headers) =>
        _s3.PutAsync($"{Target}?partNumber={number}&uploadId={Id}", "", [("x-amz-copy-source", from), .. headers]);

    public Task<WireAnswer> ListAsync(string query = "") => _s3.GetAsync($"{Target}?uploadId={Id}{query}");

    public Task<WireAnswer> AbortAsync() => _s3.DeleteAsync($"{Target}?uploadId={Id}");

    public Task<WireAnswer> CompleteAsync(params IEnumerable<(int Number, string ETag)> parts) =>
        CompleteAsync(string.Concat(parts.Select(part => $"<Part><PartNumber>{part.Number}</PartNumber><ETag>{part.ETag}</ETag></Part>")));

    public Task<WireAnswer> CompleteAsync(string parts, params (string Name, string Value)[] headers) => _s3.PostAsync(
        $"{Target}?uploadId={Id}",
        $"<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{parts}</CompleteMultipartUpload>",
        headers);
}
