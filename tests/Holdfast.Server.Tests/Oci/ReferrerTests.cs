using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Server.Tests.Oci;

/// <summary>distribution-spec, "Listing referrers".</summary>
public sealed class ReferrerTests(OciServer server) : IClassFixture<OciServer>
{
    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task Nothing_that_refers_is_an_empty_index_wherever_it_is_asked(string algorithm)
    {
        var pushed = await server.RepositoryAsync();
        await server.Alice.PushImageAsync(pushed);

        foreach (var name in (string[])[pushed, await server.RepositoryAsync(), server.NewName()])
        {
            var list = (await server.Alice.GetAsync($"/v2/{name}/referrers/{Image.Unknown(algorithm)}")).ExpectOk();

            Assert.Equal(Image.IndexType, list.Header("Content-Type"));
            Assert.Equal(2, list.Json.GetProperty("schemaVersion").GetInt32());
            Assert.Equal(Image.IndexType, list.Json.GetProperty("mediaType").GetString());
            Assert.Empty(Manifests(list));
            Assert.Null(list.Header("OCI-Filters-Applied"));
        }
    }

    [Fact]
    public async Task A_referrer_is_listed_with_its_type_size_and_annotations()
    {
        var name = await server.RepositoryAsync();
        var subject = Image.Sha256(await server.Alice.PushImageAsync(name));
        var more = Image.Subject(subject);
        var plain = await server.Alice.PushImageAsync(name, more: more);
        var typed = await server.Alice.PushImageAsync(
            name, more: $",\"artifactType\":\"application/x+y\",\"annotations\":{{\"a\":\"1\",\"b\":\"\\u00e9\\\"\"}}{more}");
        var index = Image.Index([], more);
        (await server.Alice.PutManifestAsync(name, "list", index, Image.IndexType)).Expect(HttpStatusCode.Created);

        var found = await FindAsync(name, subject);

        Assert.Equal(3, found.Count);
        Require(found[Image.Sha256(plain)], Image.ManifestType, plain.Length, Image.ConfigType);
        Require(found[Image.Sha256(typed)], Image.ManifestType, typed.Length, "application/x+y");
        Require(found[Image.Sha256(index)], Image.IndexType, index.Length, null);
        var annotations = found[Image.Sha256(typed)].GetProperty("annotations");
        Assert.Equal(("1", "é\""), (annotations.GetProperty("a").GetString(), annotations.GetProperty("b").GetString()));
        Assert.False(found[Image.Sha256(plain)].TryGetProperty("annotations", out _));
    }

    [Fact]
    public async Task Referrers_may_come_before_their_subject()
    {
        var name = await server.RepositoryAsync();
        var subject = await server.Alice.PrepareImageAsync(name);
        var referrer = await server.Alice.PushImageAsync(name, more: Image.Subject(Image.Sha256(subject)));
        Assert.Equal([Image.Sha256(referrer)], (await FindAsync(name, Image.Sha256(subject))).Keys);

        (await server.Alice.PutManifestAsync(name, "v1", subject)).Expect(HttpStatusCode.Created);

        Assert.Equal([Image.Sha256(referrer)], (await FindAsync(name, Image.Sha256(subject))).Keys);
    }

    [Fact]
    public async Task The_filter_leaves_one_type_and_says_that_it_did()
    {
        var name = await server.RepositoryAsync();
        var subject = Image.Unknown();
        var wanted = await server.Alice.PushImageAsync(name, more: $",\"artifactType\":\"a/x+1\"{Image.Subject(subject)}");
        await server.Alice.PushImageAsync(name, more: $",\"artifactType\":\"a/y\"{Image.Subject(subject)}");

        var list = (await server.Alice.GetAsync($"/v2/{name}/referrers/{subject}?artifactType=a%2Fx%2B1")).ExpectOk();
        var byConfig = await server.Alice.GetAsync(
            $"/v2/{name}/referrers/{subject}?artifactType={Uri.EscapeDataString(Image.ConfigType)}");

        Assert.Equal("artifactType", list.Header("OCI-Filters-Applied"));
        Assert.Equal(Image.IndexType, list.Header("Content-Type"));
        Assert.Equal(Image.Sha256(wanted), Assert.Single(Manifests(list)).GetProperty("digest").GetString());
        Assert.Empty(Manifests(byConfig.ExpectOk()));
    }

    [Fact]
    public async Task Pages_lead_on_to_the_end_and_keep_the_filter()
    {
        var name = await server.RepositoryAsync();
        var subject = Image.Unknown();
        var wanted = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            wanted.Add(Image.Sha256(await server.Alice.PushImageAsync(name, more: $",\"artifactType\":\"a/x\"{Image.Subject(subject)}")));
            await server.Alice.PushImageAsync(name, more: $",\"artifactType\":\"a/y\"{Image.Subject(subject)}");
        }

        foreach (var (query, expected) in ((string, int)[])[("n=3&artifactType=a/x", 7), ("n=4", 14), ("n=0&artifactType=a/x", 7)])
        {
            var (found, target) = (new List<string>(), $"/v2/{name}/referrers/{subject}?{query}");
            while (target is not null)
            {
                var page = (await server.Alice.GetAsync(target)).ExpectOk();
                found.AddRange(Manifests(page).Select(entry => entry.GetProperty("digest").GetString()!));
                target = page.Next;
            }
            Assert.Equal(expected, found.Distinct().Count());
            Assert.Equal(expected, found.Count);
            Assert.Empty(wanted.Except(found));
        }
    }

    [Fact]
    public async Task Annotations_that_fill_a_page_lead_to_the_next()
    {
        var name = await server.RepositoryAsync();
        var subject = Image.Unknown();
        for (var i = 0; i < 40; i++)
        {
            var annotations = $",\"annotations\":{{\"a\":\"{new string('x', 60_000)}\",\"b\":\"{new string('y', 60_000)}\"}}";
            await server.Alice.PushImageAsync(name, more: annotations + Image.Subject(subject));
        }

        var first = (await server.Alice.GetAsync($"/v2/{name}/referrers/{subject}")).ExpectOk();
        var second = (await server.Alice.GetAsync(first.Next!)).ExpectOk();

        Assert.InRange(first.Body.Length, 1, 4 << 20);
        Assert.Equal(40, Manifests(first).Count + Manifests(second).Count);
        // What a list shows of one manifest is bounded; the manifest itself has it all.
        var listed = JsonNode.Parse(first.Text)!["manifests"]!.AsArray();
        Assert.All(listed, one => Assert.Equal(["a"], one!["annotations"]!.AsObject().Select(pair => pair.Key)));
        Assert.Null(second.Next);
    }

    [Theory]
    [InlineData("sha256", "sha512")]
    [InlineData("sha512", "sha256")]
    public async Task A_subject_known_by_both_digests_is_found_by_either(string named, string asked)
    {
        var name = await server.RepositoryAsync();
        var subject = await server.Alice.PrepareImageAsync(name);
        (await server.Alice.PutManifestAsync(name, Image.Sha512(subject), subject)).Expect(HttpStatusCode.Created);

        var referrer = await server.Alice.PushImageAsync(name, more: Image.Subject(Image.Named(subject, named)));

        Assert.Equal([Image.Sha256(referrer)], (await FindAsync(name, Image.Named(subject, asked))).Keys);
        Assert.Equal([Image.Sha256(referrer)], (await FindAsync(name, Image.Named(subject, named))).Keys);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task What_old_clients_keep_under_the_fallback_tag_is_listed_too(string algorithm)
    {
        var name = await server.RepositoryAsync();
        var subject = Image.Unknown(algorithm);
        var byField = await server.Alice.PushImageAsync(name, more: Image.Subject(subject));
        var byTag = await server.Alice.PushImageAsync(name);
        var tag = subject.Replace(':', '-')[..("sha256-".Length + 64)];
        var fallback = Image.Index(
        [
            Image.Descriptor(
                Image.ManifestType, Image.Sha256(byTag), byTag.Length, ",\"artifactType\":\"a/old\",\"annotations\":{\"k\":\"v\"}"),
            Image.Descriptor(Image.ManifestType, Image.Sha256(byField), byField.Length),
            Image.Descriptor(Image.ManifestType, Image.Unknown(), 5),
        ]);
        (await server.Alice.PutManifestAsync(name, tag, fallback, Image.IndexType)).Expect(HttpStatusCode.Created);

        var found = await FindAsync(name, subject);

        Assert.Equal(new[] { Image.Sha256(byField), Image.Sha256(byTag) }.Order(StringComparer.Ordinal), found.Keys);
        Assert.Equal("a/old", found[Image.Sha256(byTag)].GetProperty("artifactType").GetString());
        Assert.Equal("v", found[Image.Sha256(byTag)].GetProperty("annotations").GetProperty("k").GetString());
        Assert.Single(Manifests(await server.Alice.GetAsync($"/v2/{name}/referrers/{subject}?artifactType=a/old")));
    }

    [Fact]
    public async Task A_fallback_tag_on_something_else_does_no_harm()
    {
        var name = await server.RepositoryAsync();
        var subject = Image.Unknown();
        var referrer = await server.Alice.PushImageAsync(name, more: Image.Subject(subject));

        await server.Alice.PushImageAsync(name, subject.Replace(':', '-'));

        Assert.Equal([Image.Sha256(referrer)], (await FindAsync(name, subject)).Keys);
    }

    [Fact]
    public async Task A_deleted_referrer_leaves_the_list_and_a_deleted_subject_keeps_it()
    {
        var name = await server.RepositoryAsync();
        var subject = Image.Sha256(await server.Alice.PushImageAsync(name));
        var (first, second) = (
            await server.Alice.PushImageAsync(name, more: Image.Subject(subject)),
            await server.Alice.PushImageAsync(name, more: Image.Subject(subject)));

        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/{Image.Sha256(first)}")).Expect(HttpStatusCode.Accepted);
        Assert.Equal([Image.Sha256(second)], (await FindAsync(name, subject)).Keys);
        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/{subject}")).Expect(HttpStatusCode.Accepted);

        Assert.Equal([Image.Sha256(second)], (await FindAsync(name, subject)).Keys);
    }

    static void Require(JsonElement entry, string mediaType, int size, string? artifactType)
    {
        Assert.Equal((mediaType, size), (entry.GetProperty("mediaType").GetString(), entry.GetProperty("size").GetInt32()));
        Assert.Equal(artifactType, entry.TryGetProperty("artifactType", out var type) ? type.GetString() : null);
    }

    static List<JsonElement> Manifests(OciReply list) => [.. list.Json.GetProperty("manifests").EnumerateArray()];

    async Task<SortedDictionary<string, JsonElement>> FindAsync(string name, string subject)
    {
        var list = (await server.Alice.GetAsync($"/v2/{name}/referrers/{subject}")).ExpectOk();
        return new(Manifests(list).ToDictionary(entry => entry.GetProperty("digest").GetString()!), StringComparer.Ordinal);
    }
}
