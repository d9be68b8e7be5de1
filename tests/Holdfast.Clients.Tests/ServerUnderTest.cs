using Holdfast.Clients.Tests;
using Holdfast.TestKit.Server;

[assembly: AssemblyFixture(typeof(ServerUnderTest))]
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace Holdfast.Clients.Tests;

/// <summary>The one server of a test run: what HOLDFAST_TEST_ENDPOINT names, else a fresh Holdfast in this process, over the scheme
/// that HOLDFAST_TEST_SCHEME names (http or https; http when it says nothing).</summary>
public sealed class ServerUnderTest : IAsyncLifetime
{
    ServerFixture? _own;
    Endpoint? _endpoint;

    public Endpoint Endpoint => _endpoint ?? throw new InvalidOperationException("The server has not been started.");

    public async ValueTask InitializeAsync()
    {
        _endpoint = Endpoint.FromEnvironment();
        if (_endpoint is not null)
            return;
        _own = await ServerFixture.StartAsync(new ServerOptions { Tls = IsHttpsWanted() });
        _endpoint = new(_own.BaseAddress, ServerFixture.RootAccessKey, ServerFixture.RootSecretKey, "us-east-1", _own.Certificate?.CertificateFile);
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
            await _own.DisposeAsync();
    }

    static bool IsHttpsWanted() => Environment.GetEnvironmentVariable("HOLDFAST_TEST_SCHEME") switch
    {
        null or "" or "http" => false,
        "https" => true,
        var other => throw new InvalidOperationException($"HOLDFAST_TEST_SCHEME is {other}: it must be http or https."),
    };
}
