using Holdfast.Protocol.Errors;
using Holdfast.Server.Admin;
using Holdfast.Server.Hosting.Bodies;
using Holdfast.Server.Hosting.Errors;
using Holdfast.Server.Hosting.Health;
using Holdfast.Server.Hosting.Home;
using Holdfast.Server.Hosting.Life;
using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Logging;
using Holdfast.Server.Hosting.Metrics;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Settings;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.Hosting.Telemetry;
using Holdfast.Server.Oci;
using Holdfast.Server.S3;
using Holdfast.Server.Store;

namespace Holdfast.Server.Hosting;

/// <summary>Puts the server together: the same for the program and for tests in process.</summary>
public static class HoldfastHost
{
    /// <summary>A server that is ready to be started.</summary>
    /// <param name="adjust">Last word on the registrations, for tests.</param>
    /// <exception cref="SettingsException">Two settings do not go together.</exception>
    /// <exception cref="StartException">A directory, a file or a certificate cannot be used.</exception>
    public static async ValueTask<WebApplication> BuildAsync(HoldfastSettings settings, Action<IServiceCollection>? adjust = null)
    {
        SettingsRules.Check(settings);
        DataDirectory.Create(settings.Data);
        var root = RootCredentialsFile.Resolve(settings);
        var store = await OpenAsync(settings, root);
        try
        {
            return Build(settings, root, store, adjust);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    static WebApplication Build(HoldfastSettings settings, RootCredentials root, OpenStore store, Action<IServiceCollection>? adjust)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "holdfastd",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        AddHosting(builder, settings, root);
        AddDoors(builder.Services, settings, store);
        adjust?.Invoke(builder.Services);
        var app = builder.Build();
        Use(app);
        Map(app, settings);
        // Resolved once, so that the container closes it at the end.
        app.Services.GetRequiredService<OpenStore>();
        return app;
    }

    /// <summary>A server that has started. What a start that failed had opened is closed again.</summary>
    /// <param name="adjust">Last word on the registrations, for tests.</param>
    /// <param name="map">More endpoints, for tests.</param>
    public static async Task<WebApplication> StartAsync(
        HoldfastSettings settings, Action<IServiceCollection>? adjust = null, Action<WebApplication>? map = null)
    {
        var app = await BuildAsync(settings, adjust);
        try
        {
            map?.Invoke(app);
            await app.StartAsync(CancellationToken.None);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    static async ValueTask<OpenStore> OpenAsync(HoldfastSettings settings, RootCredentials root)
    {
        try
        {
            return await OpenStore.OpenAsync(settings, root, TimeProvider.System, CancellationToken.None);
        }
        catch (StoreException refusal)
        {
            throw new StartException(refusal.Message, refusal);
        }
    }

    static void AddHosting(WebApplicationBuilder builder, HoldfastSettings settings, RootCredentials root)
    {
        var services = builder.Services;
        services.AddSingleton(settings)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(root)
            .AddSingleton<IHostLifetime, SilentLifetime>()
            .Configure<HostOptions>(host => host.ShutdownTimeout = settings.Limits.DrainTimeout)
            .AddRoutingCore()
            .AddLines(settings.Logging)
            .AddMetricsText()
            .AddTelemetry(settings.Telemetry)
            .AddBodies()
            .AddObservation()
            .AddErrors()
            .AddHealth();
        builder.AddListeners(settings);
    }

    /// <summary>One AddXxx for each folder that serves something.</summary>
    static void AddDoors(IServiceCollection services, HoldfastSettings settings, OpenStore store)
    {
        services.AddSingleton(_ => store).AddStore(store, settings);
        services.AddS3(settings);
        services.AddOci(settings);
        services.AddAdmin();
    }

    /// <summary>The layers, outermost first (design.md, section 5).</summary>
    static void Use(WebApplication app)
    {
        app.UseMiddleware<ObserveMiddleware>();
        app.UseMiddleware<RefusalMiddleware>();
        app.UseMiddleware<TargetMiddleware>();
        app.UseRouting();
    }

    /// <summary>One MapXxx for each folder that serves something.</summary>
    static void Map(WebApplication app, HoldfastSettings settings)
    {
        app.MapHealth();
        app.MapMetrics();
        app.MapHome(settings.Doors.S3);
        if (settings.Doors.S3)
            app.MapS3();
        if (settings.Doors.Oci)
            app.MapOci();
        if (settings.Doors.Admin)
            app.MapAdmin();
    }
}
