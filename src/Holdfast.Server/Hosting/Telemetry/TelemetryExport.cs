using Holdfast.Server.Hosting.Settings;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Holdfast.Server.Hosting.Telemetry;

/// <summary>
/// Sends spans and metrics to the OpenTelemetry collector that <c>telemetry.otlpEndpoint</c> names. Registered only when it is set.
/// </summary>
sealed class TelemetryExport(TelemetrySettings settings) : IHostedService, IDisposable
{
    const string Ours = "Holdfast.*";
    const int LastExportMilliseconds = 400;

    TracerProvider? _traces;
    MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateDefault().AddService(settings.ServiceName);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.SampleRatio)))
            .AddSource(Ours)
            .AddOtlpExporter(options => Aim(options, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Ours)
            .AddOtlpExporter((options, reader) =>
            {
                Aim(options, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)settings.MetricsInterval.TotalMilliseconds;
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What is still waiting is sent, for less than the second that is left of the time to stop.</summary>
    public void Dispose()
    {
        _traces?.Shutdown(LastExportMilliseconds);
        _metrics?.Shutdown(LastExportMilliseconds);
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    void Aim(OtlpExporterOptions options, string path)
    {
        var isHttp = settings.OtlpTransport == OtlpTransport.Http;
        options.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        options.Endpoint = new Uri(isHttp ? settings.OtlpEndpoint!.TrimEnd('/') + "/" + path : settings.OtlpEndpoint!);
    }
}
