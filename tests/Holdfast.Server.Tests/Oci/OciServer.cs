using Holdfast.Core.Repositories;
using Holdfast.Server.Hosting.Settings;
using Holdfast.TestKit.Server;
using Microsoft.Extensions.DependencyInjection;
using Catalog = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.Server.Tests.Oci;

/// <summary>A server with a few users, shared by the tests of a class; each test makes repositories of its own.</summary>
public sealed class OciServer : IAsyncLifetime
{
    public const string Secret = "a-secret-of-tests";

    readonly List<OciClient> _clients = [];
    int _repositories;

    public ServerFixture Fixture { get; private set; } = null!;

    internal OciClient Root { get; private set; } = null!;

    /// <summary>Two users of the default organization, its owner, and a user of another one.</summary>
    internal OciClient Alice { get; private set; } = null!;

    internal OciClient Bob { get; private set; } = null!;

    internal OciClient Owner { get; private set; } = null!;

    internal OciClient Stranger { get; private set; } = null!;

    internal OciClient Nobody { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Fixture = await ServerFixture.StartAsync(new ServerOptions { Settings = WithUsers });
        Root = With(OciClient.Basic(ServerFixture.RootAccessKey, ServerFixture.RootSecretKey));
        (Alice, Bob, Owner, Stranger) = (Of("alice"), Of("bob"), Of("owner"), Of("stranger"));
        Nobody = With(null);
    }

    /// <summary>A server of its own for what one test needs otherwise.</summary>
    public static Task<ServerFixture> StartAsync(
        Func<HoldfastSettings, HoldfastSettings>? settings = null, ServerOptions? options = null) =>
        ServerFixture.StartAsync((options ?? new ServerOptions()) with
        {
            Settings = given => settings is null ? WithUsers(given) : settings(WithUsers(given)),
        });

    internal static OciClient ClientOf(ServerFixture server, string user) => new(server, OciClient.Basic($"{user}-key", Secret));

    /// <summary>A client that sends this header on every request.</summary>
    internal OciClient With(string? authorization)
    {
        var client = new OciClient(Fixture, authorization);
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    /// <summary>A client with a token for <paramref name="scopes"/>, asked for by <paramref name="who"/> at the token endpoint.</summary>
    internal async Task<OciClient> WithTokenAsync(OciClient who, params string[] scopes)
    {
        var query = string.Concat(scopes.Select(scope => $"&scope={Uri.EscapeDataString(scope)}"));
        var answer = (await who.GetAsync($"/token?service=holdfast{query}")).ExpectOk();
        return With($"Bearer {answer.Json.GetProperty("token").GetString()}");
    }

    /// <summary>The name of a repository that is not there yet.</summary>
    internal string NewName(string organization = "default") => $"{organization}/repo-{Interlocked.Increment(ref _repositories)}";

    /// <summary>A new repository of the caller (of alice when null is given), empty; its name.</summary>
    internal async Task<string> RepositoryAsync(OciClient? owner = null, bool isPublic = false)
    {
        owner ??= Alice;
        var name = NewName(owner == Stranger ? "elsewhere" : "default");
        var upload = (await owner.PostAsync($"/v2/{name}/blobs/uploads/")).Expect(System.Net.HttpStatusCode.Accepted);
        (await owner.DeleteAsync(upload.Location)).Expect(System.Net.HttpStatusCode.NoContent);
        if (isPublic)
            await SetAsync(name, repository => repository with { IsPublic = true });
        return name;
    }

    /// <summary>Changes a repository's settings.</summary>
    internal async Task SetAsync(string name, Func<Repository, Repository> change)
    {
        await Fixture.Services.GetRequiredService<Catalog>().WriteAsync(
            async tx =>
            {
                await RepositoryTable.SetAsync(tx, change((await RepositoryTable.FindAsync(tx, name))!));
                return true;
            },
            TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await Fixture.DisposeAsync();
    }

    OciClient Of(string user) => With(OciClient.Basic($"{user}-key", Secret));

    static HoldfastSettings WithUsers(HoldfastSettings settings) => settings with
    {
        Users = [User("alice"), User("bob"), User("owner") with { Owner = true }, User("stranger") with { Organization = "elsewhere" }],
    };

    static UserSettings User(string name) => new() { Name = name, AccessKey = $"{name}-key", SecretKey = Secret, Id = $"{name}-id" };
}
