using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

/// <summary>Every framing an SDK may put around a body, and what must not get through.</summary>
public sealed class StreamingTests(ServerUnderTest server)
{
    const string UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    const string SignedChunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    const string SignedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";

    readonly S3Wire _s3 = server.Wire;

    [Theory]
    [InlineData("crc32", 0)]
    [InlineData("crc32", 100_000)]
    [InlineData("crc32c", 70_000)]
    [InlineData("crc64nvme", 70_000)]
    [InlineData("sha1", 70_000)]
    [InlineData("sha256", 70_000)]
    public async Task Unsigned_chunks_with_a_checksum_behind(string algorithm, int length)
    {
        var (at, bytes) = ($"{await _s3.BucketAsync()}/key", Keys.Random(length));
        var sum = Sums.Of(algorithm, bytes);

        var put = (await PutAsync(
            at,
            bytes.Length,
            ChunkedBody.Unsigned(20_000, bytes, $"x-amz-checksum-{algorithm}:{sum}"),
            UnsignedTrailer,
            $"x-amz-checksum-{algorithm}")).Ok();
        var got = (await _s3.GetAsync(at, ("x-amz-checksum-mode", "ENABLED"))).Ok();

        Assert.Equal(bytes, got.Body);
        Assert.Equal((sum, sum), (put[$"x-amz-checksum-{algorithm}"], got[$"x-amz-checksum-{algorithm}"]));
        Assert.Null(got["Content-Encoding"]);
        Assert.Equal($"\"{Sums.Md5Hex(bytes)}\"", got.ETag);
    }

    [Theory]
    [InlineData(0, 8192)]
    [InlineData(1, 8192)]
    [InlineData(8192, 8192)]
    [InlineData(100_000, 8192)]
    [InlineData(100_000, 65_536)]
    [InlineData(3_000_000, 1_000_000)]
    public async Task Signed_chunks_with_and_without_a_signed_trailer(int length, int chunk)
    {
        var (bucket, bytes) = (await _s3.BucketAsync(), Keys.Random(length));
        var trailer = $"x-amz-checksum-crc32c:{Sums.Of("crc32c", bytes)}";

        (await PutSignedAsync($"{bucket}/plain", bytes, chunk, null)).Ok();
        (await PutSignedAsync($"{bucket}/trailed", bytes, chunk, trailer)).Ok();

        Assert.Equal(bytes, (await _s3.GetAsync($"{bucket}/plain")).Ok().Body);
        Assert.Equal(bytes, (await _s3.GetAsync($"{bucket}/trailed")).Ok().Body);
    }

    [Theory]
    [InlineData("aws-chunked", null)]
    [InlineData("aws-chunked,gzip", "gzip")]
    [InlineData("gzip, aws-chunked", "gzip")]
    [InlineData("gzip", "gzip")]
    public async Task The_framing_is_not_kept_as_an_encoding(string sent, string? kept)
    {
        var at = $"{await _s3.BucketAsync()}/key";
        var body = ChunkedBody.Unsigned(10, "text"u8, $"x-amz-checksum-crc32:{Sums.Of("crc32", "text"u8)}");

        (await _s3.SendAsync(Chunked(at, 4, body, UnsignedTrailer, "x-amz-checksum-crc32", sent))).Ok();

        Assert.Equal(kept, (await _s3.GetAsync(at)).Ok()["Content-Encoding"]);
    }

    public static TheoryData<string, string, string[], string> WrongTrailers => new()
    {
        { "another sum", "x-amz-checksum-crc32", ["x-amz-checksum-crc32:AAAAAA=="], "BadDigest" },
        { "no trailer", "x-amz-checksum-crc32", [], "MalformedTrailerError" },
        { "another name", "x-amz-checksum-crc32", ["x-amz-checksum-sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk="], "MalformedTrailerError" },
        { "one too many", "x-amz-checksum-crc32", ["x-amz-checksum-crc32:O5/Wyg==", "x-amz-meta-x:y"], "MalformedTrailerError" },
        { "no sum at all", "x-amz-checksum-crc32", ["x-amz-checksum-crc32:"], "MalformedTrailerError" },
    };

    [Theory]
    [MemberData(nameof(WrongTrailers))]
    public async Task A_wrong_trailer_leaves_nothing(string what, string declared, string[] trailer, string code)
    {
        var at = $"{await _s3.BucketAsync()}/key";

        var answer = (await PutAsync(at, 4, ChunkedBody.Unsigned(10, "text"u8, trailer), UnsignedTrailer, declared)).Is(400);

        Assert.NotEmpty(what);
        Assert.Contains(answer.One("Code"), new[] { code, what == "no sum at all" ? "InvalidRequest" : code });
        (await _s3.HeadAsync(at)).Is(404);
    }

    [Theory]
    [InlineData("x-amz-meta-not-a-checksum", 400)]
    [InlineData("x-amz-checksum-md4", 400)]
    public async Task A_trailer_must_be_a_checksum(string declared, int status)
    {
        var at = $"{await _s3.BucketAsync()}/key";

        (await PutAsync(at, 4, ChunkedBody.Unsigned(10, "text"u8, $"{declared}:x"), UnsignedTrailer, declared)).Is(status);

        (await _s3.HeadAsync(at)).Is(404);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task The_decoded_length_must_be_the_length(int claimed)
    {
        var at = $"{await _s3.BucketAsync()}/key";
        var body = ChunkedBody.Unsigned(10, "text"u8, $"x-amz-checksum-crc32:{Sums.Of("crc32", "text"u8)}");

        (await PutAsync(at, claimed, body, UnsignedTrailer, "x-amz-checksum-crc32")).Refused(400, "IncompleteBody");

        (await _s3.HeadAsync(at)).Is(404);
    }

    [Theory]
    [InlineData("4\r\ntext\r\n")]
    [InlineData("4\r\ntext0\r\n\r\n")]
    [InlineData("x\r\ntext\r\n0\r\n\r\n")]
    [InlineData("ffffffffffffffff\r\ntext\r\n0\r\n\r\n")]
    [InlineData("-4\r\ntext\r\n0\r\n\r\n")]
    [InlineData("")]
    public async Task A_broken_framing_is_the_clients_mistake(string body)
    {
        var at = $"{await _s3.BucketAsync()}/key";

        (await PutAsync(at, 4, System.Text.Encoding.ASCII.GetBytes(body), UnsignedTrailer, "x-amz-checksum-crc32")).Is(400);

        (await _s3.HeadAsync(at)).Is(404);
    }

    [Theory]
    [InlineData(0, "the first chunk")]
    [InlineData(70_000, "a later chunk")]
    public async Task A_changed_byte_breaks_the_chain_of_signatures(int offset, string what)
    {
        var (at, bytes) = ($"{await _s3.BucketAsync()}/key", Keys.Random(100_000));

        var answer = await PutSignedAsync(at, bytes, 65_536, null, body =>
        {
            body[offset + 200] ^= 1;
            return body;
        });

        Assert.NotEmpty(what);
        answer.Refused(403, "SignatureDoesNotMatch");
        (await _s3.HeadAsync(at)).Is(404);
    }

    Task<WireAnswer> PutAsync(string at, int length, byte[] body, string form, string trailer) =>
        _s3.SendAsync(Chunked(at, length, body, form, trailer, "aws-chunked"));

    WireRequest Chunked(string at, int length, byte[]? body, string form, string? trailer, string encoding) => new("PUT", at)
    {
        By = _s3.Me,
        Body = body,
        PayloadHash = form,
        Headers =
        [
            ("Content-Encoding", encoding), ("x-amz-decoded-content-length", length.ToString()),
            .. trailer is null ? Array.Empty<(string, string)>() : [("x-amz-trailer", trailer)],
        ],
    };

    async Task<WireAnswer> PutSignedAsync(string at, byte[] bytes, int chunk, string? trailer, Func<byte[], byte[]>? forged = null)
    {
        var request = Chunked(
            at, bytes.Length, null, trailer is null ? SignedChunks : SignedTrailer, trailer?.Split(':')[0], "aws-chunked");
        var signer = _s3.SignerOf(request);
        var (ready, authorization, seed) = _s3.Sign(request, signer);
        var body = ChunkedBody.Signed(signer, seed, chunk, bytes, trailer);
        return await _s3.SendAsync(
            ready with { By = null, Body = forged?.Invoke(body) ?? body, Headers = [.. ready.Headers, ("Authorization", authorization)] });
    }
}
