using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Hosting.Telemetry;

static class TelemetryRegistration
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetrySettings settings)
    {
        services.AddSingleton<RequestSpans>();
        return settings.OtlpEndpoint is null ? services : services.AddHostedService(_ => new TelemetryExport(settings));
    }
}
