using System.Buffers;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3.Chunked;

/// <summary>The lines of aws-chunked framing, and its refusals.</summary>
static class ChunkLines
{
    /// <summary>
    /// Copies the next line without its line end and returns its length; -1 when it has not arrived. The body's end also ends a line.
    /// A line that does not fit is refused.
    /// </summary>
    public static int Take(ref SequenceReader<byte> reader, bool isFinal, scoped Span<byte> line)
    {
        if (reader.TryReadTo(out ReadOnlySequence<byte> found, (byte)'\n'))
        {
            if (found.Length > line.Length)
                throw TooLong(line.Length);
            found.CopyTo(line);
            var length = (int)found.Length;
            return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        }

        if (reader.Remaining > line.Length)
            throw TooLong(line.Length);
        if (!isFinal || reader.Remaining == 0)
            return -1;
        var rest = (int)reader.Remaining;
        reader.UnreadSequence.CopyTo(line);
        reader.Advance(rest);
        return line[rest - 1] == '\r' ? rest - 1 : rest;
    }

    public static StoreException Malformed(string rule) =>
        new(StoreError.InvalidRequest, $"The body is not well-formed aws-chunked: {rule}.");

    public static StoreException WrongSignature(string what) => new(
        StoreError.SignatureMismatch,
        $"The {what} signature we calculated does not match the signature you provided. Check your key and signing method.");

    static StoreException TooLong(int most) => Malformed($"a line has at most {most} bytes");
}
