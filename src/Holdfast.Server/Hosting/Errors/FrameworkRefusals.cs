using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Hosting.Errors;

/// <summary>Turns what the framework refuses by itself into refusals that a dialect can say.</summary>
static class FrameworkRefusals
{
    /// <summary>Kestrel's view of a request it could not read on.</summary>
    public static StoreException Of(BadHttpRequestException fault) => fault.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => new(StoreError.RequestTimeout, "the request was not sent within the time allowed", fault),
        StatusCodes.Status411LengthRequired => new(StoreError.LengthRequired, "the request needs a Content-Length", fault),
        StatusCodes.Status413PayloadTooLarge => new(StoreError.EntityTooLarge, "the request is larger than allowed", fault),
        StatusCodes.Status431RequestHeaderFieldsTooLarge =>
            new(StoreError.RequestHeaderTooLarge, "the request's headers are larger than allowed", fault),
        _ when fault.Message.Contains("end of request content", StringComparison.Ordinal) =>
            new(StoreError.IncompleteBody, "the request's body ended before its announced length", fault),
        _ => new(StoreError.InvalidRequest, "the request is not valid HTTP", fault),
    };

    /// <summary>A status set by routing, without an endpoint of ours; null when it is no refusal.</summary>
    public static StoreException? Of(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new(StoreError.NoSuchResource, "there is nothing at this address"),
        StatusCodes.Status405MethodNotAllowed =>
            new(StoreError.MethodNotAllowed, $"the method {context.Request.Method} is not allowed here"),
        StatusCodes.Status406NotAcceptable => new(StoreError.NotAcceptable, "none of the media types in Accept can be answered"),
        StatusCodes.Status411LengthRequired => new(StoreError.LengthRequired, "the request needs a Content-Length"),
        StatusCodes.Status413PayloadTooLarge => new(StoreError.EntityTooLarge, "the request is larger than allowed"),
        StatusCodes.Status415UnsupportedMediaType =>
            new(StoreError.InvalidRequest, $"the media type '{context.Request.ContentType}' is not taken here"),
        StatusCodes.Status400BadRequest => new(StoreError.InvalidRequest, "the request is not valid"),
        _ => null,
    };
}
