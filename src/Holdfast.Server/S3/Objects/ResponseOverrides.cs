namespace Holdfast.Server.S3.Objects;

/// <summary>The <c>response-…</c> query parameters that replace headers of one answer (S3 API reference, GetObject).</summary>
static class ResponseOverrides
{
    static readonly (string Parameter, string Header)[] Known =
    [
        ("response-content-type", "Content-Type"),
        ("response-content-language", "Content-Language"),
        ("response-expires", "Expires"),
        ("response-cache-control", "Cache-Control"),
        ("response-content-disposition", "Content-Disposition"),
        ("response-content-encoding", "Content-Encoding"),
    ];

    public static bool Any(S3Call call)
    {
        if (call.Query.Count == 0)
            return false;
        foreach (var (parameter, _) in Known)
        {
            if (call.Query.Has(parameter))
                return true;
        }
        return false;
    }

    /// <summary>Throws InvalidArgument for control characters.</summary>
    public static void Apply(S3Call call, IHeaderDictionary headers)
    {
        if (call.Query.Count == 0)
            return;
        foreach (var (parameter, header) in Known)
        {
            if (call.Query.Find(parameter) is { } value)
                headers[header] = HeaderText.ToWire(HeaderText.Require(parameter, value));
        }
    }
}
