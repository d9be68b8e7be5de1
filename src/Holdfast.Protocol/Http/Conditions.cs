namespace Holdfast.Protocol.Http;

public enum ConditionResult
{
    Proceed,

    /// <summary>304.</summary>
    NotModified,

    /// <summary>412.</summary>
    Failed,
}

/// <summary>The four conditional headers of a read, or of the source of a copy, as they were sent; null when absent.</summary>
public readonly record struct Conditions(
    string? IfMatch, string? IfNoneMatch, DateTimeOffset? IfModifiedSince, DateTimeOffset? IfUnmodifiedSince)
{
    const string CopySource = "x-amz-copy-source-";

    public bool IsEmpty => IfMatch is null && IfNoneMatch is null && IfModifiedSince is null && IfUnmodifiedSince is null;

    /// <summary>Asks for the headers by lower-case name. A date that is none is ignored (RFC 9110, section 13.1.3).</summary>
    public static Conditions Read(Func<string, string?> header) => Read(header, "");

    /// <summary>The same with the x-amz-copy-source- prefix; evaluate them with <see cref="EvaluateCopySource"/>.</summary>
    public static Conditions ReadCopySource(Func<string, string?> header) => Read(header, CopySource);

    /// <summary>
    /// The precedence of specs/s3.md, rule 33: a true If-Match makes If-Unmodified-Since ignored, and If-None-Match makes If-Modified-Since
    /// ignored. Times compare in whole seconds.
    /// </summary>
    /// <param name="etag">Without quotes.</param>
    /// <param name="lastModified">Of the object.</param>
    public ConditionResult Evaluate(string etag, DateTimeOffset lastModified)
    {
        var modified = lastModified.ToUnixTimeSeconds();
        if (IfMatch is not null)
        {
            if (!EntityTag.ListMatches(IfMatch, etag))
                return ConditionResult.Failed;
        }
        else if (IfUnmodifiedSince is { } unmodified && modified > unmodified.ToUnixTimeSeconds())
        {
            return ConditionResult.Failed;
        }

        if (IfNoneMatch is not null)
            return EntityTag.ListMatches(IfNoneMatch, etag) ? ConditionResult.NotModified : ConditionResult.Proceed;
        return IfModifiedSince is { } since && modified <= since.ToUnixTimeSeconds()
            ? ConditionResult.NotModified
            : ConditionResult.Proceed;
    }

    /// <summary>For the source of a copy every failure is 412.</summary>
    public ConditionResult EvaluateCopySource(string etag, DateTimeOffset lastModified) =>
        Evaluate(etag, lastModified) == ConditionResult.Proceed ? ConditionResult.Proceed : ConditionResult.Failed;

    /// <summary>
    /// Whether a Range may be answered with a part: true without If-Range, and when it names this very tag or this very second
    /// (RFC 9110, section 13.1.5); a weak tag never does.
    /// </summary>
    public static bool IfRangeHolds(string? ifRange, string etag, DateTimeOffset lastModified)
    {
        if (ifRange is null)
            return true;
        if (HttpDate.TryParse(ifRange, out var date))
            return date.ToUnixTimeSeconds() == lastModified.ToUnixTimeSeconds();
        return !ifRange.StartsWith("W/", StringComparison.Ordinal)
            && string.Equals(EntityTag.Unquote(ifRange), etag, StringComparison.Ordinal);
    }

    static Conditions Read(Func<string, string?> header, string prefix) => new(
        header(prefix + "if-match"),
        header(prefix + "if-none-match"),
        Date(header(prefix + "if-modified-since")),
        Date(header(prefix + "if-unmodified-since")));

    static DateTimeOffset? Date(string? text) => HttpDate.TryParse(text, out var date) ? date : null;
}
