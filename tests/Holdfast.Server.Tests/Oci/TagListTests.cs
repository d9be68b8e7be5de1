using System.Net;

namespace Holdfast.Server.Tests.Oci;

public sealed class TagListTests(OciServer server) : IClassFixture<OciServer>
{
    /// <summary>In byte order, with tags that begin like others.</summary>
    static readonly string[] Tags = ["0", "A", "Z", "_x", "a", "a-1", "a.1", "a1", "aa", "ab", "latest", "v1", "v1.0", "v10", "v2"];

    [Fact]
    public async Task All_tags_come_in_byte_order_with_the_name()
    {
        var name = await PushAsync();

        var list = (await server.Alice.GetAsync($"/v2/{name}/tags/list")).ExpectOk();

        Assert.Equal("application/json", list.Header("Content-Type"));
        Assert.Equal(name, list.Json.GetProperty("name").GetString());
        Assert.Equal(Tags, list.Strings("tags"));
        Assert.Null(list.Header("Link"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(100)]
    public async Task Pages_hold_as_many_as_asked_for_and_lead_on_to_the_end(int size)
    {
        var name = await PushAsync();
        var (found, target) = (new List<string>(), $"/v2/{name}/tags/list?n={size}");
        while (target is not null)
        {
            var page = (await server.Alice.GetAsync(target)).ExpectOk();
            found.AddRange(page.Strings("tags"));
            Assert.True(page.Next is null || page.Strings("tags").Length == size);
            target = page.Next;
        }

        Assert.Equal(Tags, found);
    }

    [Theory]
    [InlineData("a", "a-1")]
    [InlineData("a0", "a1")]
    [InlineData("v1", "v1.0")]
    [InlineData("v", "v1")]
    [InlineData("zzz", null)]
    [InlineData("%20", "0")]
    [InlineData("%C3%A9", null)]
    [InlineData("", "0")]
    public async Task What_comes_behind_a_text_need_not_be_behind_a_tag(string last, string? first)
    {
        var list = (await server.Alice.GetAsync($"/v2/{await PushAsync()}/tags/list?last={last}")).ExpectOk();

        Assert.Equal(first, list.Strings("tags").FirstOrDefault());
    }

    [Fact]
    public async Task A_page_of_none_is_empty_and_leads_nowhere()
    {
        var page = (await server.Alice.GetAsync($"/v2/{await PushAsync()}/tags/list?n=0")).ExpectOk();

        Assert.Empty(page.Strings("tags"));
        Assert.Null(page.Header("Link"));
    }

    [Theory]
    [InlineData("1000000")]
    [InlineData("99999999999999999999999")]
    public async Task A_page_larger_than_can_be_is_as_large_as_it_can_be(string size) =>
        Assert.Equal(Tags, (await server.Alice.GetAsync($"/v2/{await PushAsync()}/tags/list?n={size}")).ExpectOk().Strings("tags"));

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("1.5")]
    public async Task A_size_that_is_none_is_refused(string size) =>
        (await server.Alice.GetAsync($"/v2/{await PushAsync()}/tags/list?n={size}")).Expect(HttpStatusCode.BadRequest, "UNSUPPORTED");

    [Fact]
    public async Task A_repository_without_tags_has_an_empty_list()
    {
        var name = await server.RepositoryAsync();
        Assert.EndsWith("\"tags\":[]}", (await server.Alice.GetAsync($"/v2/{name}/tags/list")).ExpectOk().Text, StringComparison.Ordinal);

        await server.Alice.PushImageAsync(name);

        Assert.Empty((await server.Alice.GetAsync($"/v2/{name}/tags/list")).ExpectOk().Strings("tags"));
    }

    async Task<string> PushAsync()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);
        foreach (var tag in Tags.Reverse())
            (await server.Alice.PutManifestAsync(name, tag, manifest)).Expect(HttpStatusCode.Created);
        return name;
    }
}
