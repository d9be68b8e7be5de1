using Holdfast.Clients.Tests;

[assembly: AssemblyFixture(typeof(ServerUnderTest))]
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace Holdfast.Clients.Tests;

/// <summary>The one server of a test process: what HOLDFAST_TEST_ENDPOINT names.</summary>
public sealed class ServerUnderTest : IAsyncLifetime
{
    Endpoint? _endpoint;

    public Endpoint Endpoint => _endpoint ?? throw new InvalidOperationException("HOLDFAST_TEST_ENDPOINT is not set.");

    public ValueTask InitializeAsync()
    {
        _endpoint = Endpoint.FromEnvironment();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
