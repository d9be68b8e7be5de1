using Holdfast.Clients.Tests.Registries;
using Holdfast.TestKit.Server;

[assembly: AssemblyFixture(typeof(SecondServer))]

namespace Holdfast.Clients.Tests.Registries;

/// <summary>Another Holdfast, in a process of its own over plain HTTP, for what is copied from server to server. Started at its first
/// use.</summary>
public sealed class SecondServer : IAsyncDisposable
{
    const string User = "second-root";
    const string Password = "second-root-secret-key";

    readonly TestDirectory _folder = new();
    readonly Lazy<Task<HoldfastProcess>> _process;

    public SecondServer() => _process = new(() => HoldfastProcess.StartAsync(
        ["serve", "--data", _folder.File("data"), "--http", "127.0.0.1:0"],
        new Dictionary<string, string> { ["HOLDFAST_ROOT_ACCESS_KEY"] = User, ["HOLDFAST_ROOT_SECRET_KEY"] = Password }));

    public async Task<Registry> GetAsync() => new((await _process.Value).BaseAddress.Authority, User, Password, null);

    public async ValueTask DisposeAsync()
    {
        if (_process.IsValueCreated)
            await (await _process.Value).DisposeAsync();
        _folder.Dispose();
    }
}
