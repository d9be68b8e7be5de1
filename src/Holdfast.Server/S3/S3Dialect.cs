using System.Buffers;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Xml;
using Holdfast.Server.Hosting.Errors;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.S3;

/// <summary>How S3 says no (S3 API reference, "Error responses"): an Error document without namespace; HEAD and 304 have none.</summary>
public sealed class S3Dialect : IErrorDialect
{
    public string Code(StoreError error) => S3Errors.Of(error).Code;

    public async Task WriteAsync(HttpContext context, StoreException refusal)
    {
        var status = S3Errors.Of(refusal.Error).Status;
        var response = context.Response;
        response.StatusCode = status;
        foreach (var (name, value) in refusal.Headers)
            response.Headers[name] = value;
        // Where a HEAD has no body, clients read the region to sign for from here.
        if (refusal.Details.FirstOrDefault(detail => detail.Key == "Region") is { Value: { } region })
            response.Headers["x-amz-bucket-region"] = region;
        if (status == StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = "1";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var body = new ArrayBufferWriter<byte>(512);
        S3ErrorXml.Write(body, refusal, RequestTarget.Of(context).RawPath, context.TraceIdentifier, context.TraceIdentifier);
        response.ContentType = S3Answer.XmlType;
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
