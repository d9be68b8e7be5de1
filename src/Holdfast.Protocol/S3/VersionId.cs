using System.Buffers.Binary;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3;

/// <summary>
/// The id of an object's version: 32 hexadecimal digits that hold the key's own sequence number and a random nonce, or "null" for the
/// version of a bucket without versioning. Clients take it as opaque. The default value is the null version.
/// </summary>
/// <param name="Sequence">The version's number in its key, from 1; 0 for the null version.</param>
/// <param name="Nonce">Random, so that ids of other versions cannot be guessed.</param>
public readonly record struct VersionId(long Sequence, long Nonce)
{
    public const int TextLength = 32;
    const string NullText = "null";

    public static readonly VersionId Null;

    public bool IsNull => Sequence == 0;

    /// <summary>Throws <see cref="StoreError.InvalidArgument"/> for what is no version id.</summary>
    public static VersionId Parse(string text) =>
        TryParse(text, out var id)
            ? id
            : throw new StoreException(StoreError.InvalidArgument, "Invalid version id specified")
            {
                Details = [new("ArgumentName", "versionId"), new("ArgumentValue", text.Length <= 128 ? text : text[..128])],
            };

    public static bool TryParse(ReadOnlySpan<char> text, out VersionId id)
    {
        id = default;
        if (text is NullText)
            return true;
        Span<byte> bytes = stackalloc byte[16];
        if (text.Length != TextLength || text.ContainsAnyInRange('A', 'F')
            || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        id = new VersionId(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]));
        return id.Sequence > 0;
    }

    public override string ToString()
    {
        if (IsNull)
            return NullText;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Sequence);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Nonce);
        return Convert.ToHexStringLower(bytes);
    }
}
