namespace Holdfast.Protocol.S3.SigV4;

/// <summary>ACCESSKEY/yyyyMMdd/region/service/aws4_request; the access key may itself hold slashes.</summary>
readonly record struct SigV4Credential(string AccessKeyId, string Date, string Region, string Service)
{
    public const string Expected = "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request";

    /// <summary>False when it has not five parts, an empty one, a date that is none, or another terminal.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SigV4Credential credential)
    {
        credential = default;
        if (text.Length > 512 || !TakeLast(ref text, out var terminal) || !TakeLast(ref text, out var service)
            || !TakeLast(ref text, out var region) || !TakeLast(ref text, out var date) || text.IsEmpty)
            return false;
        if (terminal is not SigV4Authorization.Terminal || !SigV4Time.IsDate(date) || region.IsEmpty || service.IsEmpty)
            return false;
        credential = new(text.ToString(), date.ToString(), region.ToString(), service.ToString());
        return true;
    }

    static bool TakeLast(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> part)
    {
        var slash = text.LastIndexOf('/');
        part = slash < 0 ? default : text[(slash + 1)..];
        text = slash < 0 ? text : text[..slash];
        return slash >= 0;
    }
}
