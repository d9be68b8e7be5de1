using System.Globalization;
using System.Net;
using System.Text;

namespace Holdfast.TestKit.Durability.Registry;

/// <summary>A whole answer of the OCI door; headers that it does not have are null.</summary>
public sealed record OciReply(HttpStatusCode Status, string? Digest, string? Location, string? Range, byte[] Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Of an upload's state: how many bytes were received. One byte is told like none (distribution-spec), so send more.</summary>
    public int Received => Range is { } range && range.StartsWith("0-", StringComparison.Ordinal)
        && int.Parse(range[2..], CultureInfo.InvariantCulture) is var last and > 0
        ? last + 1
        : 0;

    /// <summary>Whether it is a refusal with this code (distribution-spec, "Error codes").</summary>
    public bool Says(string code) => !IsSuccess && Text.Contains($"\"{code}\"", StringComparison.Ordinal);
}
