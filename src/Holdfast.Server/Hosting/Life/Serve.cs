using System.Net.Sockets;
using System.Runtime.InteropServices;
using Holdfast.Core.Access;
using Holdfast.Protocol.Errors;
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
        await using var app = await StartAsync(settings);
        if (settings.Catalog == CatalogAddress.Sqlite)
            ServerAddressFile.Write(settings.Data, app.Services.GetRequiredService<BoundListeners>().Http);
        Announce(app, settings, output);
        await stop.Task;
        TrySay(output, "holdfastd is stopping");
        if (settings.Catalog == CatalogAddress.Sqlite)
            ServerAddressFile.Remove(settings.Data);
        await app.StopAsync(CancellationToken.None);
        return 0;

        void Stop(PosixSignalContext signal)
        {
            // The second signal does what signals do: it ends the process.
            signal.Cancel = stop.TrySetResult();
        }
    }

    static async Task<WebApplication> StartAsync(HoldfastSettings settings)
    {
        try
        {
            return await HoldfastHost.StartAsync(settings);
        }
        catch (Exception fault) when (fault is not (SettingsException or StartException))
        {
            throw Explain(fault, settings);
        }
    }

    /// <summary>Whatever kept the server from starting, as a sentence for its operator.</summary>
    static StartException Explain(Exception fault, HoldfastSettings settings) => fault switch
    {
        StoreException refusal => new(refusal.Message, fault),
        // "Failed to bind to address http://127.0.0.1:8080: address already in use."
        { InnerException: AddressInUseException } => new($"cannot listen: {fault.Message.TrimEnd('.')}", fault),
        SocketException or { InnerException: SocketException } => new($"cannot listen on {settings.Http}: {fault.Message}", fault),
        _ => new($"cannot start: {fault.Message}", fault),
    };

    static void Announce(WebApplication app, HoldfastSettings settings, TextWriter output)
    {
        var root = app.Services.GetRequiredService<RootCredentials>();
        // Noted before the line that says ready: a server killed right after that line must not show them again.
        if (root.IsNew
            && TrySay(output, "Root credentials, shown this once:", $"  access key  {root.AccessKey}", $"  secret key  {root.SecretKey}"))
            RootCredentialsFile.NoteSeen(root);
        var lines = new List<string>();
        if (root.File is not null)
            lines.Add($"Root credentials are kept in {root.File}");
        if (root.WasExposed)
            lines.Add(
                $"Warning: others could read {root.File}, which is mode 0600 from now on: if they may have, replace the credentials.");
        if (settings.S3.Anonymous != AnonymousAccess.Off)
            lines.Add($"Warning: s3.anonymous is {Word(settings.S3.Anonymous)}: requests without credentials are let in.");
        lines.Add($"holdfastd is ready at {string.Join(", ", app.Services.GetRequiredService<BoundListeners>().Describe())}");
        TrySay(output, [.. lines]);
    }

    /// <summary>False when the output takes nothing, being closed or on a full disk: serving does not depend on it.</summary>
    static bool TrySay(TextWriter output, params ReadOnlySpan<string> lines)
    {
        try
        {
            foreach (var line in lines)
                output.WriteLine(line);
            output.Flush();
            return true;
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static string Word(AnonymousAccess access) => access.ToString().ToLowerInvariant();
}
