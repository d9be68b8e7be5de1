using Holdfast.Protocol.Errors;

namespace Holdfast.Server.S3.Buckets;

/// <summary>
/// OPTIONS (S3 API reference, "OPTIONS object"): a browser asks, without credentials, what it may send. No bucket has CORS rules.
/// </summary>
static class Preflight
{
    public static Task Handle(HttpContext context) => context.Request.Headers.Origin.Count == 0
        ? throw new StoreException(StoreError.OriginMissing, "Insufficient information. Origin request header needed.")
        : throw new StoreException(StoreError.CorsNotAllowed, "CORSResponse: CORS is not enabled for this bucket.");
}
