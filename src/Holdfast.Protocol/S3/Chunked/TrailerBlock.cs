using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Protocol.S3.Chunked;

/// <summary>
/// The lines after the last chunk: exactly the header that x-amz-trailer promised, and its signature when chunks are signed.
/// </summary>
sealed class TrailerBlock(ChunkedFraming framing)
{
    const int MaxLine = 1024;
    const int MaxLines = 16;
    const string SignatureName = "x-amz-trailer-signature";

    string? _signature;
    int _lines;

    /// <summary>The promised header, its name in lower case; null until it was read, and when none was promised.</summary>
    public KeyValuePair<string, string>? Header { get; private set; }

    /// <summary>Takes one line; false when none has arrived.</summary>
    public bool TakeLine(ref SequenceReader<byte> reader, bool isFinal)
    {
        Span<byte> line = stackalloc byte[MaxLine];
        var length = ChunkLines.Take(ref reader, isFinal, line);
        if (length < 0)
            return false;
        if (++_lines > MaxLines)
            throw Malformed();
        var text = line[..length].Trim(" \t\r"u8);
        if (!text.IsEmpty)
            Keep(text);
        return true;
    }

    /// <summary>Throws <see cref="StoreError.MalformedTrailer"/> unless all that was promised came, and checks the signature.</summary>
    public void Finish()
    {
        if (framing.TrailerName is not null && Header is null)
            throw Malformed();
        if (framing.Chain is null || framing.TrailerName is null || Header is not { } header)
            return;
        if (_signature is null)
            throw Malformed();
        var sha256 = SHA256.HashData(Encoding.UTF8.GetBytes($"{header.Key}:{header.Value}\n"));
        if (!framing.Chain.VerifyTrailer(sha256, Encoding.UTF8.GetBytes(_signature)))
            throw ChunkLines.WrongSignature("trailer");
    }

    void Keep(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || framing.TrailerName is null)
            throw Malformed();
        var name = Encoding.UTF8.GetString(line[..colon].Trim(" \t"u8)).ToLowerInvariant();
        var value = Encoding.UTF8.GetString(line[(colon + 1)..].Trim(" \t"u8));
        if (framing.Chain is not null && _signature is null && name is SignatureName && value.Length == SigV4ChunkChain.SignatureLength)
            _signature = value;
        else if (Header is null && string.Equals(name, framing.TrailerName, StringComparison.Ordinal))
            Header = new(name, value);
        else
            throw Malformed();
    }

    static StoreException Malformed() => new(
        StoreError.MalformedTrailer,
        "The request contained trailing data that was not well-formed or did not conform to our published schema.");
}
