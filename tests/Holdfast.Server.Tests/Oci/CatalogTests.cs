using System.Net;
using Holdfast.Core.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Catalog = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.Server.Tests.Oci;

/// <summary>The list of repositories: to each caller those it may pull, in pages.</summary>
public sealed class CatalogTests : IAsyncLifetime
{
    readonly OciServer _server = new();
    readonly List<string> _alices = [];
    string _public = "";
    string _bobs = "";
    string _strangers = "";

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        for (var i = 0; i < 5; i++)
            _alices.Add(await _server.RepositoryAsync(_server.Alice));
        _public = await _server.RepositoryAsync(_server.Alice, isPublic: true);
        _bobs = await _server.RepositoryAsync(_server.Bob);
        _strangers = await _server.RepositoryAsync(_server.Stranger);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Everyone_sees_what_they_may_pull()
    {
        var nobody = await _server.WithTokenAsync(_server.Nobody, "registry:catalog:*");

        await SeesAsync(_server.Alice, "", [.. _alices, _public]);
        await SeesAsync(_server.Bob, "", [_public, _bobs]);
        await SeesAsync(_server.Owner, "", [.. _alices, _public, _bobs]);
        await SeesAsync(_server.Stranger, "", [_public, _strangers]);
        await SeesAsync(_server.Root, "", [.. _alices, _public, _bobs, _strangers]);
        await SeesAsync(nobody, "", [_public]);
        var refused = (await _server.Nobody.GetAsync("/v2/_catalog")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.Contains(",scope=\"registry:catalog:*\"", refused.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_lists_only_when_it_was_granted_to()
    {
        var granted = await _server.WithTokenAsync(_server.Bob, "registry:catalog:*");
        var other = await _server.WithTokenAsync(_server.Bob, $"repository:{_bobs}:pull");

        await SeesAsync(granted, "", [_public, _bobs]);
        var refused = (await other.GetAsync("/v2/_catalog")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.Contains("error=\"insufficient_scope\"", refused.Challenge, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Pages_lead_on_to_the_end(int size)
    {
        foreach (var (client, all) in ((OciClient, string[])[])
            [(_server.Alice, [.. _alices, _public]), (_server.Root, [.. _alices, _public, _bobs, _strangers])])
        {
            var (found, target) = (new List<string>(), $"/v2/_catalog?n={size}");
            while (target is not null)
            {
                var page = (await client.GetAsync(target)).ExpectOk();
                found.AddRange(page.Strings("repositories"));
                Assert.True(page.Next is null || page.Strings("repositories").Length == size);
                target = page.Next;
            }
            Assert.Equal(all, found);
        }
    }

    [Fact]
    public async Task A_page_of_none_is_empty_and_a_bad_size_refused()
    {
        var none = (await _server.Alice.GetAsync("/v2/_catalog?n=0")).ExpectOk();

        Assert.Equal("{\"repositories\":[]}", none.Text);
        Assert.Null(none.Header("Link"));
        (await _server.Alice.GetAsync("/v2/_catalog?n=-1")).Expect(HttpStatusCode.BadRequest);
        await SeesAsync(_server.Alice, "?n=5000", [.. _alices, _public]);
    }

    [Theory]
    [InlineData("?last=%00")]
    [InlineData("?last=-")]
    [InlineData("?last=!&n=100")]
    [InlineData("")]
    public async Task A_deleted_repository_is_nowhere_to_be_seen(string query)
    {
        var catalog = _server.Fixture.Services.GetRequiredService<Catalog>();
        await catalog.WriteAsync(
            async tx =>
            {
                await RepositoryTable.BuryAsync(tx, (await RepositoryTable.FindAsync(tx, _alices[0]))!);
                return true;
            },
            TestContext.Current.CancellationToken);

        await SeesAsync(_server.Alice, query, [.. _alices[1..], _public]);
        await SeesAsync(_server.Root, query, [.. _alices[1..], _public, _bobs, _strangers]);
        (await _server.Alice.GetAsync($"/v2/{_alices[0]}/tags/list")).Expect(HttpStatusCode.NotFound, "NAME_UNKNOWN");
        (await _server.Alice.PostAsync($"/v2/{_alices[0]}/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
    }

    static async Task SeesAsync(OciClient client, string query, params string[] names) =>
        Assert.Equal(names, (await client.GetAsync("/v2/_catalog" + query)).ExpectOk().Strings("repositories"));
}
