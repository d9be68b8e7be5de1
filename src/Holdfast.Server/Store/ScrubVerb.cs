using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Core.Catalog.Sqlite;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Commands;
using Holdfast.Server.Hosting.Life;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Store;

/// <summary>
/// <c>holdfastd scrub</c>: re-hashes every blob now. On a data directory that a server is working on, that server does it (design, section
/// 4: verbs on a live directory go through the server); otherwise this process does.
/// </summary>
static class ScrubVerb
{
    /// <summary>The exit code when damaged blobs were found.</summary>
    public const int FoundDamage = 3;

    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Format is not (null or "text" or "json"))
            throw new UsageException($"--output is '{invocation.Format}'; allowed: text, json");
        var settings = invocation.LoadSettings().Settings;
        if (settings.Catalog == CatalogAddress.Sqlite && !File.Exists(Path.Combine(settings.Data, SqliteOptions.DefaultFileName)))
            throw new StartException($"there is no store in {settings.Data}: it has no {SqliteOptions.DefaultFileName}");
        var root = RootCredentialsFile.Resolve(settings);
        ScrubProgress found;
        try
        {
            await using var store = await OpenStore.OpenAsync(settings, root, TimeProvider.System, CancellationToken.None);
            found = await ScrubHereAsync(store, progress => Report(invocation, progress));
        }
        catch (StoreException refusal) when (refusal.Error == StoreError.StorageUnavailable && settings.Catalog == CatalogAddress.Sqlite)
        {
            found = await ScrubThereAsync(settings, root, refusal, progress => Report(invocation, progress));
        }
        catch (StoreException refusal)
        {
            throw new StartException(refusal.Message, refusal);
        }
        await invocation.Output.WriteLineAsync(Summary(invocation, found));
        return found.Damaged == 0 ? 0 : FoundDamage;
    }

    static async Task<ScrubProgress> ScrubHereAsync(OpenStore store, Action<ScrubProgress> report)
    {
        var damage = new DamageReports(store.Catalog);
        var reads = new ContentReads(store.Catalog, store.Blobs, damage);
        return await new Scrub(store.Catalog, reads, damage, TimeProvider.System, bytesPerSecond: 0)
            .RunAsync(0, TimeSpan.Zero, report, CancellationToken.None);
    }

    static async Task<ScrubProgress> ScrubThereAsync(
        HoldfastSettings settings, RootCredentials root, StoreException busy, Action<ScrubProgress> report)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        // The server is known by its very certificate, whoever signed it and whatever names it bears: it is reached on this machine.
        using var own = settings.Tls.Cert is { } file ? X509CertificateLoader.LoadCertificateFromFile(file) : null;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && own?.Equals(shown) == true;
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{root.AccessKey}:{root.SecretKey}")));
        var server = ServerAddressFile.Find(settings.Data)
            ?? throw new StartException($"{busy.Message}; and where it listens is not known: it may still be starting", busy);
        var address = new Uri(server, "/api/v1/scrub");
        try
        {
            using var started = await http.PostAsync(address, null);
            started.EnsureSuccessStatusCode();
            while (true)
            {
                var state = JsonNode.Parse(await http.GetStringAsync(address))!;
                var progress = new ScrubProgress((long)state["blobs"]!, (long)state["bytes"]!, (long)state["damaged"]!, 0);
                if ((string?)state["failure"] is { } failure)
                    throw new StartException($"the scrub ended early: {failure}");
                if (!(bool)state["running"]!)
                    return progress;
                report(progress);
                await Task.Delay(Poll);
            }
        }
        catch (HttpRequestException unreachable)
        {
            throw new StartException($"{busy.Message}; and it does not answer at {address}: {unreachable.Message}", unreachable);
        }
    }

    static void Report(Invocation invocation, ScrubProgress progress)
    {
        if (invocation.Format != "json")
            invocation.Output.WriteLine($"{progress.Blobs} blobs, {progress.Bytes} bytes re-hashed, {progress.Damaged} damaged …");
    }

    static string Summary(Invocation invocation, ScrubProgress found) => invocation.Format == "json"
        ? JsonSerializer.Serialize(new { blobs = found.Blobs, bytes = found.Bytes, damaged = found.Damaged })
        : $"{found.Blobs} blobs, {found.Bytes} bytes re-hashed: "
            + (found.Damaged == 0
                ? "all sound"
                : $"{found.Damaged} damaged; they are not served, and the next upload of the same bytes replaces them");
}
