using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Chunked;
using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Core.Tests.Protocol.S3;

public sealed class AwsChunkedReaderTests
{
    const string Trailer = "x-amz-checksum-crc32c:sOO8/Q==";
    static readonly byte[] Payload = Enumerable.Range(0, 1000).Select(i => (byte)(i * 7)).ToArray();

    [Fact]
    public async Task The_documented_example_decodes()
    {
        // "Transferring Payload in Multiple Chunks": 66560 letters a in chunks of 64 KiB, with the signatures printed there.
        var authorization = new SigV4Authorization
        {
            AccessKeyId = "AKIAIOSFODNN7EXAMPLE",
            Date = "20130524",
            Region = "us-east-1",
            Service = "s3",
            SignedHeaders = ["host"],
            Signature = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
            Timestamp = "20130524T000000Z",
            SignedAt = new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero),
        };
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-encoding"] = "aws-chunked",
            ["content-length"] = "66824",
            ["host"] = "s3.amazonaws.com",
            ["x-amz-content-sha256"] = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            ["x-amz-date"] = "20130524T000000Z",
            ["x-amz-decoded-content-length"] = "66560",
            ["x-amz-storage-class"] = "REDUCED_REDUNDANCY",
        };
        headers["authorization"] = $"AWS4-HMAC-SHA256 Credential={authorization.AccessKeyId}/{authorization.Scope},"
            + $"SignedHeaders={string.Join(';', headers.Keys)},Signature={authorization.Signature}";
        var query = Holdfast.Protocol.Http.RequestQuery.Empty;
        var found = SigV4Authorization.Find(query, headers.GetValueOrDefault)!;
        var request = new SigV4Request("PUT", "/examplebucket/chunkObject.txt", query, headers.GetValueOrDefault, headers.Keys);
        var signature = new SigV4Verifier("us-east-1").Open(found, request, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", found.SignedAt);
        Assert.True(signature.Matches("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"));
        var body =
            "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" + new string('a', 65536) + "\r\n"
            + "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" + new string('a', 1024) + "\r\n"
            + "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
        Assert.Equal(66824, body.Length);

        var decoded = await Decode(Encoding.ASCII.GetBytes(body), new ChunkedFraming(66560, signature.OpenChunkChain()), 4096);

        Assert.Equal(new string('a', 66560), Encoding.ASCII.GetString(decoded));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Any_cut_of_the_bytes_decodes_the_same(bool signed, bool trailer)
    {
        var body = Body(signed, trailer, 300);
        Prop.ForAll(Gen.Choose(1, 200).ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(), (cut, appetite) =>
        {
            var decoded = Decode(body, Framing(signed, trailer), cut, appetite).GetAwaiter().GetResult();
            return decoded.AsSpan().SequenceEqual(Payload);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_signed_stream_with_any_byte_changed_is_refused_or_means_the_same(bool trailer)
    {
        var body = Body(true, trailer, 300);
        for (var at = 0; at < body.Length; at++)
        {
            foreach (var change in new byte[] { 1, 0x20, 0x80 })
            {
                var changed = (byte[])body.Clone();
                changed[at] ^= change;
                try
                {
                    // Blanks and the case of names and digits of a size may vary; what is decoded may not.
                    Assert.Equal(Payload, await Decode(changed, Framing(true, trailer), 4096));
                    Assert.True(IsFraming(body, at), $"byte {at} changed by {change} was taken");
                }
                catch (StoreException)
                {
                }
            }
        }
    }

    [Fact]
    public async Task A_signed_stream_cut_short_anywhere_is_refused()
    {
        var body = Body(true, true, 300);
        for (var length = 0; length < body.Length - 4; length++)
            await Assert.ThrowsAsync<StoreException>(() => Decode(body[..length], Framing(true, true), 4096));
    }

    [Fact]
    public async Task Thousands_of_tiny_chunks_decode()
    {
        var payload = RandomNumberGenerator.GetBytes(20_000);
        var body = ChunkedBody.Write(payload, 1, null);

        Assert.Equal(payload, await Decode(body, new ChunkedFraming(payload.Length), body.Length));
    }

    [Fact]
    public async Task The_trailer_is_known_only_after_the_end()
    {
        var reader = new AwsChunkedReader(PipeReader.Create(new ReadOnlySequence<byte>(Body(false, true, 300))), Framing(false, true));
        Assert.Null(reader.Trailer);

        var result = await reader.ReadAsync(TestContext.Current.CancellationToken);

        Assert.True(result.IsCompleted);
        Assert.Equal(new("x-amz-checksum-crc32c", "sOO8/Q=="), reader.Trailer);
        reader.AdvanceTo(result.Buffer.End);
        await reader.CompleteAsync();
    }

    [Theory]
    [InlineData("3\r\nabc\r\n0\r\nx-amz-checksum-crc32c: sOO8/Q== ")]
    [InlineData("3\r\nabc\r\n0\r\nX-Amz-Checksum-Crc32c:sOO8/Q==\n\r\n\r\n\r\n")]
    [InlineData("3 \r\nabc\r\n0\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n\r\n")]
    [InlineData("1\r\na\r\n2\r\nbc\r\n0000\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n")]
    public async Task Spellings_of_clients_are_taken(string body) =>
        Assert.Equal(
            "abc"u8.ToArray(), await Decode(Encoding.ASCII.GetBytes(body), new ChunkedFraming(3, null, "x-amz-checksum-crc32c"), 5));

    [Theory]
    [InlineData("", StoreError.IncompleteBody)]
    [InlineData("3", StoreError.IncompleteBody)]
    [InlineData("3\r\nab", StoreError.IncompleteBody)]
    [InlineData("3\r\nabc\r\n", StoreError.IncompleteBody)]
    [InlineData("2\r\nab\r\n0\r\nx-amz-checksum-crc32c:a\r\n\r\n", StoreError.IncompleteBody)]
    [InlineData("4\r\nabcd\r\n0\r\nx-amz-checksum-crc32c:a\r\n\r\n", StoreError.IncompleteBody)]
    [InlineData("3\r\nabcX\r\n0\r\nx-amz-checksum-crc32c:a\r\n\r\n", StoreError.InvalidRequest)]
    [InlineData("-3\r\nabc\r\n0\r\n", StoreError.InvalidRequest)]
    [InlineData("ffffffffffffffff\r\nabc\r\n0\r\n", StoreError.InvalidRequest)]
    [InlineData("00000000000000003\r\nabc\r\n0\r\n", StoreError.InvalidRequest)]
    [InlineData("xyz\r\nabc\r\n0\r\n", StoreError.InvalidRequest)]
    [InlineData("\r\n", StoreError.InvalidRequest)]
    [InlineData("3\r\nabc\r\n0\r\n\r\n", StoreError.MalformedTrailer)]
    [InlineData("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:a\r\n\r\n", StoreError.MalformedTrailer)]
    [InlineData("3\r\nabc\r\n0\r\nnothing\r\n\r\n", StoreError.MalformedTrailer)]
    [InlineData("3\r\nabc\r\n0\r\n:a\r\n\r\n", StoreError.MalformedTrailer)]
    [InlineData("3\r\nabc\r\n0\r\nx-amz-checksum-crc32c:a\r\nx-amz-checksum-crc32c:a\r\n", StoreError.MalformedTrailer)]
    [InlineData("3\r\nabc\r\n0\r\nx-amz-checksum-crc32c:a\r\nx-amz-trailer-signature:a\r\n", StoreError.MalformedTrailer)]
    [InlineData("3\r\nabc\r\n0\r\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", StoreError.MalformedTrailer)]
    public async Task A_malformed_body_is_refused(string body, StoreError error)
    {
        var framing = new ChunkedFraming(3, null, "x-amz-checksum-crc32c");
        var refusal = await Assert.ThrowsAsync<StoreException>(() => Decode(Encoding.ASCII.GetBytes(body), framing, 4096));
        Assert.Equal(error, refusal.Error);
    }

    [Fact]
    public async Task Endless_lines_are_refused_without_growing()
    {
        foreach (var body in new[] { new string('0', 5000), "3\r\nabc\r\n0\r\n" + new string('x', 5000) })
        {
            var framing = new ChunkedFraming(3, null, "x-amz-checksum-crc32c");
            await Assert.ThrowsAsync<StoreException>(() => Decode(Encoding.ASCII.GetBytes(body), framing, 64));
        }
    }

    [Fact]
    public async Task A_refusal_stays_and_leaves_the_inner_reader_usable()
    {
        var pipe = new Pipe();
        await Feed(pipe.Writer, "zz\r\nrest"u8.ToArray(), 100);
        var reader = new AwsChunkedReader(pipe.Reader, new ChunkedFraming(3));

        await Assert.ThrowsAsync<StoreException>(async () => await reader.ReadAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StoreException>(async () => await reader.ReadAsync(CancellationToken.None));
        Assert.Throws<StoreException>(() => reader.TryRead(out _));

        Assert.True((await pipe.Reader.ReadAsync(CancellationToken.None)).IsCompleted);
        reader.Complete();
    }

    [Fact]
    public void Any_bytes_decode_or_are_refused() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes =>
        {
            try
            {
                Decode(bytes, new ChunkedFraming(0), 7).GetAwaiter().GetResult();
            }
            catch (StoreException)
            {
            }
        }).QuickCheckThrowOnFailure();

    static byte[] Body(bool signed, bool trailer, int chunk) =>
        ChunkedBody.Write(Payload, chunk, signed ? ChunkedBody.Seed().OpenChunkChain() : null, trailer ? Trailer : null);

    static ChunkedFraming Framing(bool signed, bool trailer) =>
        new(Payload.Length, signed ? ChunkedBody.Seed().OpenChunkChain() : null, trailer ? "x-amz-checksum-crc32c" : null);

    /// <summary>Line ends, digits of a size and names, which may be spelled otherwise.</summary>
    static bool IsFraming(byte[] body, int at) =>
        body[at] is (byte)'\r' or (byte)'\n' || char.IsAsciiLetter((char)body[at]) || (char)body[at] == '-';

    /// <summary>
    /// Feeds the bytes in pieces of <paramref name="cut"/>; appetite 0 takes all, others leave part unconsumed or unexamined.
    /// </summary>
    static async Task<byte[]> Decode(byte[] body, ChunkedFraming framing, int cut, int appetite = 0)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        var feeding = Feed(pipe.Writer, body, cut);
        var reader = new AwsChunkedReader(pipe.Reader, framing);
        using var decoded = new MemoryStream();
        while (true)
        {
            var result = await reader.ReadAsync(CancellationToken.None);
            var taken = appetite switch
            {
                0 => result.Buffer.Length,
                3 => result.IsCompleted ? result.Buffer.Length : 0,
                _ => Math.Max(Math.Min(1, result.Buffer.Length), result.Buffer.Length / 2),
            };
            foreach (var memory in result.Buffer.Slice(0, taken))
                decoded.Write(memory.Span);
            var isLast = result.IsCompleted && taken == result.Buffer.Length;
            var consumed = result.Buffer.GetPosition(taken);
            reader.AdvanceTo(consumed, appetite == 1 ? consumed : result.Buffer.End);
            if (isLast)
                break;
        }

        await reader.CompleteAsync();
        await feeding;
        return decoded.ToArray();
    }

    static async Task Feed(PipeWriter writer, byte[] body, int cut)
    {
        for (var at = 0; at < body.Length; at += cut)
        {
            await writer.WriteAsync(body.AsMemory(at, Math.Min(cut, body.Length - at)), CancellationToken.None);
            await Task.Yield();
        }

        await writer.CompleteAsync();
    }
}
