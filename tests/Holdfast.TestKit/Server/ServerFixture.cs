using Holdfast.Server.Hosting;
using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Logging;
using Holdfast.Server.Hosting.Settings;
using Holdfast.TestKit.Peers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.TestKit.Server;

/// <summary>A server in this process, on a free loopback port, with a data directory of its own and known root credentials.</summary>
public sealed class ServerFixture : IAsyncDisposable
{
    public const string RootAccessKey = "holdfast-root";
    public const string RootSecretKey = "holdfast-root-secret-key";

    readonly WebApplication _app;
    readonly TestDirectory _directory;

    ServerFixture(WebApplication app, HoldfastSettings settings, TestDirectory directory, TestCertificate? certificate)
    {
        (_app, Settings, _directory, Certificate) = (app, settings, directory, certificate);
        BaseAddress = Reachable(app.Services.GetRequiredService<BoundListeners>().Http);
        Client = NewClient();
    }

    public HoldfastSettings Settings { get; }

    /// <summary>Where the server listens, with a slash at the end.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Follows no redirects, trusts the server's certificate, and keeps no cookies.</summary>
    public HttpClient Client { get; }

    public string DataDirectory => Settings.Data;

    /// <summary>The certificate that clients must trust; null without TLS.</summary>
    public TestCertificate? Certificate { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<ServerFixture> StartAsync(ServerOptions? options = null)
    {
        options ??= new ServerOptions();
        var directory = new TestDirectory();
        try
        {
            var certificate = options.Tls ? TestCertificate.Create(directory.Path) : null;
            var settings = options.Settings(await SettingsOfAsync(options, directory, certificate));
            var app = await HoldfastHost.StartAsync(settings, services => Adjust(services, options), options.Map);
            return new ServerFixture(app, settings, directory, certificate);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    static async Task<HoldfastSettings> SettingsOfAsync(ServerOptions options, TestDirectory directory, TestCertificate? certificate) =>
        new()
        {
            Data = options.Data ?? directory.File("data"),
            Catalog = options.Catalog ?? await CatalogOfRunAsync(),
            Doors = new DoorSettings { S3 = !options.HostOnly, Oci = !options.HostOnly, Admin = !options.HostOnly },
            Http = ListenAddress.Parse("127.0.0.1:0"),
            Grpc = ListenAddress.Parse("127.0.0.1:0"),
            Root = new RootSettings { AccessKey = RootAccessKey, SecretKey = RootSecretKey },
            Tls = new TlsSettings { Cert = certificate?.CertificateFile, Key = certificate?.KeyFile },
            Logging = options.Log is null ? new LoggingSettings { Access = false, Level = LogThreshold.None } : new LoggingSettings(),
        };

    /// <summary>The catalog that <c>HOLDFAST_TEST_CATALOG</c> asks for.</summary>
    static async Task<string> CatalogOfRunAsync() => Environment.GetEnvironmentVariable("HOLDFAST_TEST_CATALOG") switch
    {
        null or "" or "sqlite" => CatalogAddress.Sqlite,
        "postgresql" => await (await PostgresServer.GetSharedAsync()).CreateDatabaseAsync(),
        var other => throw new InvalidOperationException($"HOLDFAST_TEST_CATALOG is {other}: it must be sqlite or postgresql"),
    };

    static void Adjust(IServiceCollection services, ServerOptions options)
    {
        if (options.Log is not null)
            services.AddSingleton(new LogOutput(options.Log.Stream));
        options.Services?.Invoke(services);
    }

    /// <summary>Another client like <see cref="Client"/>, with connections of its own.</summary>
    public HttpClient NewClient()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        if (Certificate is not null)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) =>
                shown?.GetCertHashString() == Certificate.Certificate.GetCertHashString();
        return new HttpClient(handler) { BaseAddress = BaseAddress };
    }

    /// <summary>Begins to stop, as a signal would; requests in flight are waited for.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Done once it has begun to stop.</summary>
    public Task Stopping
    {
        get
        {
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
            return stopping.Task;
        }
    }

    /// <summary>All addresses of this machine are reached through its loopback one.</summary>
    internal static Uri Reachable(Uri address) => address.Host == "0.0.0.0" ? new UriBuilder(address) { Host = "127.0.0.1" }.Uri : address;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _directory.Dispose();
    }
}
