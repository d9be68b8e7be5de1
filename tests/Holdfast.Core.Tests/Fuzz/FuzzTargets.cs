using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Holdfast.Core.Tests.Protocol.S3;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.Oci;
using Holdfast.Protocol.S3.Chunked;
using Holdfast.Protocol.S3.SigV4;
using Holdfast.Protocol.S3.Xml;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Core.Tests.Fuzz;

/// <summary>
/// The parsers that meet bytes from strangers. Each takes any input and ends in a value or a StoreException; an input of several fields
/// holds one a line.
/// </summary>
static class FuzzTargets
{
    const long SmallSize = 1000;

    static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly TargetParser Parser = new(["localhost"]);

    public static readonly IReadOnlyDictionary<string, Action<byte[]>> All = new Dictionary<string, Action<byte[]>>
    {
        ["sigv4"] = SigV4,
        ["chunked"] = input => Chunked(input, signed: false),
        ["chunked-signed"] = input => Chunked(input, signed: true),
        ["manifest"] = Manifest,
        ["oci-names"] = OciNames,
        ["query"] = input => RequestQuery.Parse(Text(input)),
        ["range"] = Range,
        ["target"] = Target,
        ["xml-acl"] = input => AccessControlBody.Parse(input),
        ["xml-complete"] = input => CompleteUploadBody.Parse(input),
        ["xml-create"] = input => CreateBucketBody.Parse(input),
        ["xml-delete"] = input => DeleteBody.Parse(input),
        ["xml-tagging"] = input => TaggingBody.Parse(input, 50),
        ["xml-versioning"] = input => VersioningBody.Parse(input),
    };

    /// <summary>Authorization, x-amz-date and query, one a line: found as the door finds them, and judged with a secret.</summary>
    static void SigV4(byte[] input)
    {
        var fields = Fields(input, 3);
        string? Header(string name) => name switch
        {
            "authorization" => fields[0],
            "x-amz-date" => fields[1],
            "host" => "h",
            _ => null,
        };
        var query = RequestQuery.Parse(fields[2]);
        if (SigV4Authorization.Find(query, Header) is not { } found)
            return;
        var request = new SigV4Request("GET", "/", query, Header, ["authorization", "x-amz-date", "host"]);
        new SigV4Verifier("us-east-1").Open(found, request, "secret", Now).Matches("UNSIGNED-PAYLOAD");
    }

    /// <summary>The first byte says how the rest is cut.</summary>
    static void Chunked(byte[] input, bool signed)
    {
        var cut = input.Length == 0 ? 1 : input[0] + 1;
        var body = input.AsMemory(Math.Min(1, input.Length));
        var framing = new ChunkedFraming(3, signed ? ChunkedBody.Seed().OpenChunkChain() : null, signed ? null : "x-amz-checksum-crc32c");
        using var reader = new AwsChunkedReader(PipeReader.Create(Cut(body, cut)), framing);
        long total = 0;
        while (true)
        {
            var read = reader.ReadAsync(CancellationToken.None);
            if (!read.IsCompleted)
                throw new InvalidOperationException("the reader waits for a body that is all there");
            var result = read.Result;
            total += result.Buffer.Length;
            if (total > framing.DecodedLength)
                throw new InvalidOperationException($"{total} bytes came of {framing.DecodedLength} announced");
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }

    /// <summary>Content-Type and document, divided by the first line's end.</summary>
    static void Manifest(byte[] input)
    {
        var end = Array.IndexOf(input, (byte)'\n');
        var type = end < 0 ? null : Text(input[..end]);
        var read = ManifestDocument.Parse(input.AsMemory(end + 1), type);
        if (!MediaTypes.IsWellFormed(read.MediaType))
            throw new InvalidOperationException($"the media type {read.MediaType} was taken");
    }

    /// <summary>Repository, reference, digest, Content-Range and scope, one a line: what is taken is written as it was read.</summary>
    static void OciNames(byte[] input)
    {
        var fields = Fields(input, 5);
        if (RepositoryName.TryParse(fields[0], out var name))
            Require(fields[0], name.ToString());
        if (TagName.TryParse(fields[1], out var tag))
            Require(fields[1], tag.ToString());
        if (ContentName.TryParse(fields[2], out var digest))
            Require(fields[2], digest.ToString());
        if (TokenScope.TryParse(fields[4], out var scope) && TokenScope.TryParse(scope.ToString(), out var again))
            Require(scope.ToString(), again.ToString());
        ManifestReference.Parse(fields[1]);
        UploadRange.Parse(fields[3]);
    }

    static void Require(string expected, string actual)
    {
        if (expected != actual)
            throw new InvalidOperationException($"'{expected}' became '{actual}'");
    }

    static void Range(byte[] input)
    {
        foreach (var size in new[] { 0, 1, SmallSize, long.MaxValue })
        {
            var range = RangeHeader.Resolve(Text(input), size);
            if (range.Kind == RangeKind.Partial && (range.Offset < 0 || range.Length <= 0 || range.Offset > size - range.Length))
                throw new InvalidOperationException($"{range} is not within {size} bytes");
        }
    }

    /// <summary>Target and Host, one a line.</summary>
    static void Target(byte[] input)
    {
        var fields = Fields(input, 2);
        Parser.Parse(fields[0], fields[1]);
    }

    static string[] Fields(byte[] input, int count)
    {
        var fields = Text(input).Split('\n', count);
        return [.. fields, .. Enumerable.Repeat("", count - fields.Length)];
    }

    static string Text(byte[] input) => Encoding.Latin1.GetString(input);

    static ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> body, int size)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, null);
        var last = first;
        for (var at = 0; at < body.Length; at += size)
            last = new Segment(body.Slice(at, Math.Min(size, body.Length - at)), last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
