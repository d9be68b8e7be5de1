using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Server.Hosting.Observe;

/// <summary>
/// What is remembered of one request for the access log, metrics and spans. Kept as a request feature while the request runs; whoever
/// learns something adds it. Never read by logic. Not thread safe.
/// </summary>
public sealed class RequestRecord
{
    /// <summary>
    /// 16 upper-case hexadecimal digits, unique; also <see cref="HttpContext.TraceIdentifier"/> and <c>x-amz-request-id</c>.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>32 lower-case hexadecimal digits: the caller's W3C trace, or a new one.</summary>
    public required string TraceId { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Method { get; init; }

    /// <summary>As sent, secrets of the query included: masked when it is written.</summary>
    public required string RawTarget { get; init; }

    public required IPAddress? Remote { get; init; }

    /// <summary>The access key that the request was authenticated with; null: none.</summary>
    public string? AccessKey { get; set; }

    /// <summary>The code of the refusal, in the words of the door.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>The client went away before it had its answer (status 499 in the log).</summary>
    public bool AbortedByClient { get; set; }

    /// <summary>The answer was cut off after it had begun.</summary>
    public bool Truncated { get; set; }

    /// <summary>Set at the end.</summary>
    public OperationMetadata Operation { get; internal set; } = OperationMetadata.Unmatched[0];

    /// <summary>Set at the end.</summary>
    public int Status { get; internal set; }

    /// <summary>Bytes of the request's body that were read. Set at the end.</summary>
    public long BytesIn { get; internal set; }

    /// <summary>Bytes of the answer's body that were written. Set at the end.</summary>
    public long BytesOut { get; internal set; }

    /// <summary>Set at the end.</summary>
    public TimeSpan Elapsed { get; internal set; }

    public static RequestRecord Of(HttpContext context) => context.Features.GetRequiredFeature<RequestRecord>();
}
