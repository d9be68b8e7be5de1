using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Hosting.Logging;

static class LoggingRegistration
{
    public static IServiceCollection AddLines(this IServiceCollection services, LoggingSettings settings)
    {
        services.AddSingleton(_ => new LogOutput(Console.OpenStandardOutput())).AddSingleton<LineWriter>();
        return services.AddLogging(logging =>
        {
            var level = Level(settings.Level);
            logging.ClearProviders().SetMinimumLevel(level);
            logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
            // A start that fails is said in one sentence on standard error; here it would be a stack.
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
            // Not even critical: otherwise the framework begins an Activity of its own for each request.
            logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
            logging.Services.AddSingleton<ILoggerProvider, LineLoggerProvider>();
        });
    }

    static LogLevel Level(LogThreshold threshold) => threshold switch
    {
        LogThreshold.Trace => LogLevel.Trace,
        LogThreshold.Debug => LogLevel.Debug,
        LogThreshold.Info => LogLevel.Information,
        LogThreshold.Warning => LogLevel.Warning,
        LogThreshold.Error => LogLevel.Error,
        _ => LogLevel.None,
    };
}
