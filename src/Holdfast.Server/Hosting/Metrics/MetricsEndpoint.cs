using System.Net;
using System.Text;
using Holdfast.Core.Access;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Settings;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Hosting.Metrics;

/// <summary>
/// <c>GET /metrics</c>: on the http listener for callers on this machine and for root (Basic: access key and secret key); on a listener of
/// its own, when <c>metrics.listen</c> is set, for whoever reaches that, and then nowhere else.
/// </summary>
static class MetricsEndpoint
{
    public static IServiceCollection AddMetricsText(this IServiceCollection services) =>
        services.AddMetrics().AddSingleton<RequestMetrics>().AddSingleton<MetricCollector>();

    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        // Made now, so that it hears everything from the start.
        var collector = routes.ServiceProvider.GetRequiredService<MetricCollector>();
        routes.MapMethods(TargetRoutes.System + "/metrics", [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, collector))
            .WithMetadata(new OperationMetadata(Door.System, "Metrics"));
    }

    static async Task WriteAsync(HttpContext context, MetricCollector collector)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<HoldfastSettings>().Metrics.Listen is null)
            Authorize(context, services.GetRequiredService<Accounts>());
        else if (!MetricsListener.Serves(context))
            throw new StoreException(StoreError.NoSuchResource, "metrics have a listener of their own");
        var text = Encoding.UTF8.GetBytes(PrometheusText.Write(collector));
        context.Response.ContentType = PrometheusText.MediaType;
        context.Response.ContentLength = text.Length;
        await context.Response.BodyWriter.WriteAsync(text, context.RequestAborted);
    }

    static void Authorize(HttpContext context, Accounts accounts)
    {
        if (IsOnThisMachine(context))
            return;
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            throw new StoreException(StoreError.CredentialsMissing, "metrics need root's access key and secret key (Basic) from elsewhere");
        if (BasicCredentials.Find(accounts, header) is not { Principal.IsRoot: true })
            throw new StoreException(StoreError.AccessDenied, "metrics are for root");
    }

    /// <summary>A reverse proxy on this machine speaks for others: what it forwards does not come from here.</summary>
    static bool IsOnThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote
        && IPAddress.IsLoopback(remote)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        && !context.Request.Headers.ContainsKey("Forwarded");
}
