using Holdfast.Clients.Tests.Registries;
using Holdfast.TestKit.Server;

[assembly: AssemblyFixture(typeof(SecureServer))]

namespace Holdfast.Clients.Tests.Registries;

/// <summary>A Holdfast in this process over HTTPS, whatever the scheme of the run. Started at its first use.</summary>
public sealed class SecureServer : IAsyncDisposable
{
    readonly Lazy<Task<ServerFixture>> _server = new(() => ServerFixture.StartAsync(new ServerOptions { Tls = true }));

    public async Task<Registry> GetAsync()
    {
        var server = await _server.Value;
        return new(
            server.BaseAddress.Authority, ServerFixture.RootAccessKey, ServerFixture.RootSecretKey, server.Certificate!.CertificateFile);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
            await (await _server.Value).DisposeAsync();
    }
}
