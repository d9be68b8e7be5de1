using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Settings;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Holdfast.Server.Hosting.Target;

/// <summary>
/// Parses the target before routing and gives routing a synthetic path, so that stock routing never sees, decodes or folds the client's
/// (docs/decisions/0002-raw-target.md).
/// </summary>
sealed class TargetMiddleware(RequestDelegate next, HoldfastSettings settings)
{
    readonly TargetParser _parser = new(settings.S3.Domains);

    readonly bool _hasMetricsListener = settings.Metrics.Listen is not null;

    public Task InvokeAsync(HttpContext context)
    {
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var target = _parser.Parse(rawTarget, context.Request.Headers.Host.ToString(), AsksForPage(context.Request, rawTarget));
        context.Features.Set(target);
        if (target.Refusal is { } refusal)
            throw refusal;
        if (_hasMetricsListener && target.Door != Door.System && MetricsListener.Serves(context))
            throw new StoreException(StoreError.NoSuchResource, "this listener serves only metrics and health");
#pragma warning disable RS0030 // The one place that writes the path which routing reads.
        context.Request.Path = new PathString(target.Route);
#pragma warning restore RS0030
        return next(context);
    }

    /// <summary>A browser without credentials at the root is shown what this is; every S3 client signs, or does not ask for HTML.</summary>
    static bool AsksForPage(HttpRequest request, string rawTarget) =>
        (rawTarget == "/" || rawTarget.StartsWith("/?", StringComparison.Ordinal))
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !request.Headers.ContainsKey(HeaderNames.Authorization)
        && !rawTarget.Contains("X-Amz-", StringComparison.OrdinalIgnoreCase)
        && !rawTarget.Contains("Signature=", StringComparison.OrdinalIgnoreCase);
}
