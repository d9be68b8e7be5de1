using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;
using Holdfast.Server.Hosting.Errors;
using Holdfast.Server.Oci.Auth;

namespace Holdfast.Server.Oci;

/// <summary>How a registry says no (distribution-spec, "Error codes"): a list of one error in JSON; an answer to HEAD has none.</summary>
public sealed class OciDialect : IErrorDialect
{
    public string Code(StoreError error) => OciErrors.Of(error).Code;

    /// <summary>What every answer of the door carries, refusals too.</summary>
    public static void Stamp(IHeaderDictionary headers)
    {
        headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        // Stored content must never run as part of this origin (design, section 8).
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox";
    }

    public async Task WriteAsync(HttpContext context, StoreException refusal)
    {
        var (code, status) = OciErrors.Of(refusal.Error);
        var response = context.Response;
        response.StatusCode = status;
        Stamp(response.Headers);
        foreach (var (name, value) in refusal.Headers)
            response.Headers[name] = value;
        if (status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
            response.Headers.WWWAuthenticate = Challenge.Of(context, null).Value;
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            response.Headers.RetryAfter = "1";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var body = new ArrayBufferWriter<byte>(512);
        Write(body, code, refusal, context.TraceIdentifier);
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    static void Write(ArrayBufferWriter<byte> body, string code, StoreException refusal, string requestId)
    {
        using var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartArray("errors");
        json.WriteStartObject();
        json.WriteString("code", code);
        json.WriteString("message", refusal.Message);
        json.WriteStartObject("detail");
        foreach (var (name, value) in refusal.Details)
            json.WriteString(name, value);
        json.WriteString("request_id", requestId);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
