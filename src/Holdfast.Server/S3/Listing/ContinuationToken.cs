using System.Buffers.Text;

namespace Holdfast.Server.S3.Listing;

/// <summary>Where a ListObjectsV2 page ended, opaque to clients: base64url of a form number and the last key or prefix shown.</summary>
static class ContinuationToken
{
    const byte Form = 1;

    public static string Format(byte[] last)
    {
        var bytes = new byte[last.Length + 1];
        bytes[0] = Form;
        last.CopyTo(bytes, 1);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Throws InvalidArgument for what this server did not hand out.</summary>
    public static byte[] Parse(string token)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(token.Length)];
        return Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var count) && count > 1 && bytes[0] == Form
            ? bytes[1..count]
            : throw ListingQuery.Invalid("continuation-token", token, "The continuation token provided is incorrect");
    }
}
