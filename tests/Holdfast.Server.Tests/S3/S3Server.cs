using Holdfast.Core.Access;
using Holdfast.Server.Hosting.Settings;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.S3;

/// <summary>A server with a few users, shared by the tests of a class; each test makes buckets of its own.</summary>
public sealed class S3Server : IAsyncLifetime
{
    const string Secret = "a-secret-of-tests";

    readonly List<S3Client> _clients = [];
    int _buckets;

    public ServerFixture Fixture { get; private set; } = null!;

    internal S3Client Root { get; private set; } = null!;

    /// <summary>Two users of the default organization, its owner, and a user of another one.</summary>
    internal S3Client Alice => Of("alice");

    internal S3Client Bob => Of("bob");

    internal S3Client Owner => Of("owner");

    internal S3Client Stranger => Of("stranger");

    internal S3Client Nobody { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Fixture = await ServerFixture.StartAsync(new ServerOptions { Settings = WithUsers });
        Root = Keep(new S3Client(Fixture));
        Nobody = Keep(new S3Client(Fixture, null));
    }

    /// <summary>A server of its own for what one test needs otherwise.</summary>
    public static Task<ServerFixture> StartAsync(AnonymousAccess anonymous) => ServerFixture.StartAsync(new ServerOptions
    {
        Settings = settings => WithUsers(settings) with { S3 = settings.S3 with { Anonymous = anonymous } },
    });

    internal static S3Client ClientOf(ServerFixture server, string user) => new(server, $"{user}-key", Secret);

    /// <summary>A new bucket of the caller (of root when null is given); its name.</summary>
    internal async Task<string> BucketAsync(S3Client? owner = null, bool isVersioned = false, params (string Name, string Value)[] headers)
    {
        var name = $"bucket-{Interlocked.Increment(ref _buckets)}";
        (await (owner ?? Root).PutAsync($"/{name}", "", headers)).ExpectOk();
        if (isVersioned)
            await VersioningAsync(name, "Enabled");
        return name;
    }

    internal async Task VersioningAsync(string bucket, string status) =>
        (await Root.PutAsync(
            $"/{bucket}?versioning", $"<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>")).ExpectOk();

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await Fixture.DisposeAsync();
    }

    S3Client Of(string user) => Keep(ClientOf(Fixture, user));

    S3Client Keep(S3Client client)
    {
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    static HoldfastSettings WithUsers(HoldfastSettings settings) => settings with
    {
        Users = [User("alice"), User("bob"), User("owner") with { Owner = true }, User("stranger") with { Organization = "elsewhere" }],
    };

    static UserSettings User(string name) => new() { Name = name, AccessKey = $"{name}-key", SecretKey = Secret, Id = $"{name}-id" };
}
