using Holdfast.Clients.Tests;
using Holdfast.Clients.Tests.Conformance.Wire;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Core.Catalog;
using Holdfast.Core.Repositories;
using Holdfast.TestKit.Server;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(ServerUnderTest))]
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace Holdfast.Clients.Tests;

/// <summary>The one server of a test run: what HOLDFAST_TEST_ENDPOINT names, else a fresh Holdfast in this process, over the scheme
/// that HOLDFAST_TEST_SCHEME names (http or https; http when it says nothing).</summary>
public sealed class ServerUnderTest : IAsyncLifetime
{
    static readonly Identity OtherUser = new("other-user", "other-secret-key");

    ServerFixture? _own;
    S3Wire? _wire;
    Endpoint? _endpoint;

    public Endpoint Endpoint => _endpoint ?? throw new InvalidOperationException("The server has not been started.");

    /// <summary>The server, spoken to without any client between.</summary>
    public S3Wire Wire => _wire ?? throw new InvalidOperationException("The server has not been started.");

    /// <summary>The server as a registry. Skips the test when some other server was named, which may be none.</summary>
    public Registry Registry
    {
        get
        {
            Assert.SkipUnless(IsHoldfast, "Only Holdfast is known to be a registry as well.");
            return new(Endpoint);
        }
    }

    /// <summary>False when some other server was named: what only Holdfast promises is then left out.</summary>
    public bool IsHoldfast => _own is not null || Environment.GetEnvironmentVariable("HOLDFAST_TEST_FOREIGN") is null;

    /// <summary>Another user, who owns nothing yet; null when a server was named without one.</summary>
    public Identity? Other { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _endpoint = Endpoint.FromEnvironment() ?? await StartAsync();
        _wire = new(_endpoint);
        Other = _own is not null ? OtherUser
            : Environment.GetEnvironmentVariable("HOLDFAST_TEST_OTHER_ACCESS_KEY") is { } key
            ? new(key, Environment.GetEnvironmentVariable("HOLDFAST_TEST_OTHER_SECRET_KEY") ?? "") : null;
    }

    public async ValueTask DisposeAsync()
    {
        _wire?.Dispose();
        if (_own is not null)
            await _own.DisposeAsync();
    }

    /// <summary>Lets anybody pull from a repository. Skips the test when the server is not in this process.</summary>
    public async Task MakePublicAsync(string repository)
    {
        Assert.SkipWhen(_own is null, "The catalog of a server elsewhere is out of reach.");
        await _own!.Services.GetRequiredService<Catalog>().WriteAsync(
            async tx =>
            {
                var found = await RepositoryTable.FindAsync(tx, repository)
                    ?? throw new InvalidOperationException($"there is no repository {repository}");
                await RepositoryTable.SetAsync(tx, found with { IsPublic = true });
                return true;
            },
            TestContext.Current.CancellationToken);
    }

    async Task<Endpoint> StartAsync()
    {
        _own = await ServerFixture.StartAsync(new ServerOptions
        {
            Tls = IsHttpsWanted(),
            Settings = settings => settings with
            {
                Users = [new() { Name = "other", AccessKey = OtherUser.AccessKey, SecretKey = OtherUser.SecretKey }],
            },
        });
        return new(
            _own.BaseAddress, ServerFixture.RootAccessKey, ServerFixture.RootSecretKey, "us-east-1", _own.Certificate?.CertificateFile);
    }

    static bool IsHttpsWanted() => Environment.GetEnvironmentVariable("HOLDFAST_TEST_SCHEME") switch
    {
        null or "" or "http" => false,
        "https" => true,
        var other => throw new InvalidOperationException($"HOLDFAST_TEST_SCHEME is {other}: it must be http or https."),
    };
}
