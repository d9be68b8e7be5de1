using System.Net;
using System.Text;

namespace Holdfast.TestKit.Durability;

/// <summary>A whole answer. <paramref name="ETag"/> is without quotes; null when the answer has none.</summary>
public sealed record S3Reply(HttpStatusCode Status, string? ETag, byte[] Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public string Text => Encoding.UTF8.GetString(Body);
}
