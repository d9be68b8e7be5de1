using System.Buffers;
using System.Text.Json;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;
using Microsoft.Net.Http.Headers;

namespace Holdfast.Server.Hosting.Health;

/// <summary>
/// <c>/livez</c> and <c>/health/live</c>: the process answers. <c>/readyz</c>, <c>/health/ready</c> and <c>/health</c>: it can serve.
/// </summary>
static class HealthEndpoints
{
    static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];
    static readonly HealthReport Alive = new([]);

    public static IServiceCollection AddHealth(this IServiceCollection services) => services.AddSingleton<HealthChecks>();

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var live = new OperationMetadata(Door.System, "Live");
        var ready = new OperationMetadata(Door.System, "Ready");
        foreach (var path in (string[])["/livez", "/health/live"])
            routes.MapMethods(TargetRoutes.System + path, Methods, context => WriteAsync(context, Alive)).WithMetadata(live);
        foreach (var path in (string[])["/readyz", "/health/ready", "/health"])
            routes.MapMethods(TargetRoutes.System + path, Methods, ReadyAsync).WithMetadata(ready);
    }

    static async Task ReadyAsync(HttpContext context) =>
        await WriteAsync(context, await context.RequestServices.GetRequiredService<HealthChecks>().CheckReadyAsync());

    static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("status", report.IsReady ? "ok" : "unavailable");
            json.WriteStartObject("checks");
            foreach (var finding in report.Findings)
                json.WriteString(finding.Name, finding.Problem ?? "ok");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        context.Response.StatusCode = report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
