using Holdfast.Core.Access;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Settings;
using Microsoft.AspNetCore.Connections;

namespace Holdfast.Server.Hosting.Life;

/// <summary>The life of a server: start, say so, serve until a signal, drain, end.</summary>
static class Serve
{
    /// <summary>Threads made without delay: reading a file blocks one, and the pool otherwise adds only about two a second.</summary>
    const int MinThreads = 32;

    /// <returns>The process's exit code once it was told to stop: 0.</returns>
    /// <exception cref="StartException">It could not start.</exception>
    public static async Task<int> RunAsync(HoldfastSettings settings, TextWriter output)
    {
        ThreadPool.SetMinThreads(Math.Max(MinThreads, 4 * Environment.ProcessorCount), MinThreads);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using var app = await HoldfastHost.BuildAsync(settings);
        await StartAsync(app, settings);
        Announce(app, settings, output);
        await stop.Task;
        await output.WriteLineAsync("holdfastd is stopping");
        await app.StopAsync(CancellationToken.None);
        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    static async Task StartAsync(WebApplication app, HoldfastSettings settings)
    {
        try
        {
            await app.StartAsync(CancellationToken.None);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw new StartException($"cannot listen on {settings.Http}: the address is in use", fault);
        }
        catch (Exception fault) when (fault is SocketException || fault.InnerException is SocketException)
        {
            throw new StartException($"cannot listen on {settings.Http}: {fault.Message}", fault);
        }
    }

    static void Announce(WebApplication app, HoldfastSettings settings, TextWriter output)
    {
        var root = app.Services.GetRequiredService<RootCredentials>();
        if (root.IsNew)
        {
            output.WriteLine("Root credentials, shown this once:");
            output.WriteLine($"  access key  {root.AccessKey}");
            output.WriteLine($"  secret key  {root.SecretKey}");
        }

        if (root.File is not null)
            output.WriteLine($"Root credentials are kept in {root.File}");
        if (settings.S3.Anonymous != AnonymousAccess.Off)
            output.WriteLine($"Warning: s3.anonymous is {settings.S3.Anonymous.ToString().ToLowerInvariant()}: requests without credentials are let in.");
        output.WriteLine($"holdfastd is ready at {string.Join(", ", app.Services.GetRequiredService<BoundListeners>().Describe())}");
        output.Flush();
    }
}
