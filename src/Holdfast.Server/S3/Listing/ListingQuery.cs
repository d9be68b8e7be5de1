using System.Text;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.S3.Listing;

/// <summary>The query parameters that all listings share (S3 API reference, ListObjects and its kin).</summary>
static class ListingQuery
{
    const int MaxPage = 1000;

    /// <summary>A page size: 1000 at most and by default. Throws InvalidArgument for anything but a number from 0.</summary>
    public static int Count(S3Call call, string parameter)
    {
        if (call.Query.Find(parameter) is not { Length: > 0 } text)
            return MaxPage;
        return long.TryParse(text, out var count) && count is >= 0 and <= int.MaxValue
            ? (int)Math.Min(count, MaxPage)
            : throw Invalid(parameter, text, $"Provided {parameter} not an integer or within integer range");
    }

    public static int Number(S3Call call, string parameter)
    {
        if (call.Query.Find(parameter) is not { Length: > 0 } text)
            return 0;
        return int.TryParse(text, out var number) && number >= 0
            ? number
            : throw Invalid(parameter, text, $"Argument {parameter} must be an integer between 0 and 2147483647");
    }

    public static bool EncodesUrl(S3Call call) => call.Query.Find("encoding-type") switch
    {
        null or "" => false,
        "url" => true,
        var other => throw Invalid("encoding-type", other, "Invalid Encoding Method specified in Request"),
    };

    public static byte[] Bytes(S3Call call, string parameter) =>
        call.Query.Find(parameter) is { Length: > 0 } text ? Encoding.UTF8.GetBytes(text) : [];

    public static StoreException Invalid(string parameter, string value, string message) => new(StoreError.InvalidArgument, message)
    {
        Details = [new("ArgumentName", parameter), new("ArgumentValue", value)],
    };
}
