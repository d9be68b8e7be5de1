using Holdfast.Protocol;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Blobs;

/// <summary>What a caller asks of a body and what it was told about it beforehand. Sizes are in bytes.</summary>
public sealed record IngestRequest
{
    public const int DefaultInlineBytes = 16 * 1024;

    /// <summary>The hashes to take beside SHA-256.</summary>
    public HashKinds Hashes { get; init; }

    /// <summary>
    /// The declared length of the content (for a chunk-framed body, of what is inside the frames). Any other length is IncompleteBody.
    /// </summary>
    public long? Length { get; init; }

    /// <summary>Longer content is EntityTooLarge: at once when the length is declared, else with the byte that is too much.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Other content is ContentSha256Mismatch.</summary>
    public Digest? Sha256 { get; init; }

    /// <summary>16 bytes. Other content is ContentDigestMismatch.</summary>
    public ReadOnlyMemory<byte>? Md5 { get; init; }

    /// <summary>
    /// Goes on over this content, which is a piece of something longer; when that was received, its state is that of both together.
    /// </summary>
    public ResumableSha256? Running { get; init; }

    /// <summary>Content up to this length stays in memory; at least 0.</summary>
    public int InlineBytes { get; init; } = DefaultInlineBytes;

    internal HashKinds Wanted => Md5 is null ? Hashes : Hashes | HashKinds.Md5;

    internal void CheckDeclaredLength()
    {
        if (Length > MaxBytes)
            throw TooLarge(Length.Value, "the body has");
    }

    /// <summary>Judges the bytes received so far; throws as soon as they are too many.</summary>
    internal void CheckReceived(long received)
    {
        if (received > MaxBytes)
            throw TooLarge(received, "the body has at least");
        if (received > Length)
            throw new StoreException(StoreError.IncompleteBody, $"the body is longer than its declared length of {Length} bytes");
    }

    /// <summary>Judges what was received when the body has ended.</summary>
    internal void Check(long received, ContentHashes hashes)
    {
        if (Length is { } length && received != length)
            throw new StoreException(StoreError.IncompleteBody, $"the body ended after {received} of {length} declared bytes");
        if (Sha256 is { } sha256 && hashes.Sha256 != sha256)
        {
            throw new StoreException(StoreError.ContentSha256Mismatch, $"the content is {hashes.Sha256}, not {sha256}")
            {
                Details = [new("ClientComputedContentSHA256", sha256.Hex), new("S3ComputedContentSHA256", hashes.Sha256.Hex)],
            };
        }

        if (Md5 is { } md5 && !md5.Span.SequenceEqual(hashes.Md5))
            throw Md5Mismatch(Convert.ToBase64String(md5.Span), Convert.ToBase64String(hashes.Md5!));
    }

    StoreException TooLarge(long size, string saying) =>
        new(StoreError.EntityTooLarge, $"{saying} {size} bytes; at most {MaxBytes} are allowed")
        {
            Details = [new("ProposedSize", $"{size}"), new("MaxSizeAllowed", $"{MaxBytes}")],
        };

    static StoreException Md5Mismatch(string expected, string calculated) =>
        new(StoreError.ContentDigestMismatch, $"the MD5 of the content is {calculated}, not {expected}")
        {
            Details = [new("ExpectedDigest", expected), new("CalculatedDigest", calculated)],
        };
}
