using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Hosting.Errors;

/// <summary>
/// Refusals of the admin API: <c>application/problem+json</c> (RFC 9457) with <c>code</c>, <c>message</c>, <c>class</c>, <c>details</c>,
/// <c>retryable</c>, <c>http_status</c> and <c>request_id</c>.
/// </summary>
public sealed class ProblemDialect : IErrorDialect
{
    public const string MediaType = "application/problem+json";

    public string Code(StoreError error) => ProblemTable.Code(error);

    public async Task WriteAsync(HttpContext context, StoreException refusal)
    {
        var response = context.Response;
        response.StatusCode = ProblemTable.Status(refusal.Error);
        foreach (var (name, value) in refusal.Headers)
            response.Headers[name] = value;
        if (response.StatusCode == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Basic realm=\"holdfast\", charset=\"UTF-8\"";
        if (ProblemTable.RetryAfter(refusal.Error) is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var body = new ArrayBufferWriter<byte>(512);
        Write(body, context, refusal, response.StatusCode);
        response.ContentType = MediaType;
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    static void Write(ArrayBufferWriter<byte> body, HttpContext context, StoreException refusal, int status)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("type", "urn:holdfast:error:" + ProblemTable.Code(refusal.Error));
        json.WriteString("title", ProblemTable.Title(refusal.Error));
        json.WriteNumber("status", status);
        json.WriteString("detail", refusal.Message);
        json.WriteString("code", ProblemTable.Code(refusal.Error));
        json.WriteString("message", refusal.Message);
        json.WriteString("class", ProblemTable.Class(refusal.Error));
        json.WriteStartObject("details");
        foreach (var (name, value) in refusal.Details)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteBoolean("retryable", refusal.Error.IsRetryable());
        json.WriteNumber("http_status", status);
        json.WriteString("request_id", context.TraceIdentifier);
        json.WriteEndObject();
    }
}
