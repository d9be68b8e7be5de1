using System.Net;

namespace Holdfast.Server.Tests.Oci;

/// <summary>
/// distribution-spec, "Mounting a blob from another repository": what is not there and what may not be read look the same.
/// </summary>
public sealed class MountTests(OciServer server) : IClassFixture<OciServer>
{
    [Theory]
    [InlineData("sha256", 500, true)]
    [InlineData("sha256", 500, false)]
    [InlineData("sha512", 500, true)]
    [InlineData("sha512", 500, false)]
    [InlineData("sha256", 200_000, true)]
    public async Task A_blob_of_ones_own_is_mounted_with_and_without_its_place(string algorithm, int length, bool saysFrom)
    {
        var (source, target) = (await server.RepositoryAsync(), await server.RepositoryAsync());
        var blob = Image.NewBytes(length);
        var digest = await server.Alice.PushBlobAsync(source, blob, algorithm);

        var mounted = (await MountAsync(server.Alice, target, digest, saysFrom ? source : null)).Expect(HttpStatusCode.Created);

        Assert.Equal($"/v2/{target}/blobs/{digest}", mounted.Location);
        Assert.Equal(digest, mounted.Digest);
        Assert.Equal(blob, (await server.Alice.GetAsync(mounted.Location)).ExpectOk().Body);
    }

    [Fact]
    public async Task A_mounted_blob_outlives_its_source()
    {
        var (source, target) = (await server.RepositoryAsync(), await server.RepositoryAsync());
        var blob = Image.NewBytes(100_000);
        var digest = await server.Alice.PushBlobAsync(source, blob);
        (await MountAsync(server.Alice, target, digest, source)).Expect(HttpStatusCode.Created);

        (await server.Alice.DeleteAsync($"/v2/{source}/blobs/{digest}")).Expect(HttpStatusCode.Accepted);

        (await server.Alice.GetAsync($"/v2/{source}/blobs/{digest}")).Expect(HttpStatusCode.NotFound);
        Assert.Equal(blob, (await server.Alice.GetAsync($"/v2/{target}/blobs/{digest}")).ExpectOk().Body);
    }

    [Fact]
    public async Task A_blob_that_came_in_chunks_is_mounted_whole()
    {
        var (source, target) = (await server.RepositoryAsync(), await server.RepositoryAsync());
        var blob = Image.NewBytes(90_000);
        var location = (await server.Alice.PostAsync($"/v2/{source}/blobs/uploads/")).Location;
        foreach (var piece in blob.Chunk(40_000))
            await server.Alice.PatchAsync(location, piece);
        (await server.Alice.PutAsync($"{location}?digest={Image.Sha256(blob)}", null)).Expect(HttpStatusCode.Created);

        var mounted = (await MountAsync(server.Alice, target, Image.Sha256(blob), source)).Expect(HttpStatusCode.Created);
        (await server.Alice.DeleteAsync($"/v2/{source}/blobs/{Image.Sha256(blob)}")).Expect(HttpStatusCode.Accepted);

        Assert.Equal(blob, (await server.Alice.GetAsync(mounted.Location)).ExpectOk().Body);
    }

    [Fact]
    public async Task A_blob_that_is_in_the_repository_already_is_mounted_again()
    {
        var name = await server.RepositoryAsync();
        var digest = await server.Alice.PushBlobAsync(name, Image.NewBytes(100));

        (await MountAsync(server.Alice, name, digest, name)).Expect(HttpStatusCode.Created);
        (await MountAsync(server.Alice, name, digest, null)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_cannot_be_mounted_begins_an_upload_that_works()
    {
        var (source, target) = (await server.RepositoryAsync(), await server.RepositoryAsync());
        var blob = Image.NewBytes(100);
        var digest = Image.Sha256(blob);

        foreach (var from in (string?[])[source, server.NewName(), "NOT-A-NAME", "", null])
        {
            var begun = Begun(await MountAsync(server.Alice, target, digest, from), target);
            (await server.Alice.DeleteAsync(begun)).Expect(HttpStatusCode.NoContent);
        }

        var upload = Begun(await MountAsync(server.Alice, target, digest, source), target);
        (await server.Alice.PutAsync($"{upload}?digest={digest}", blob)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Anothers_blob_is_not_mounted_whoever_knows_its_digest()
    {
        var source = await server.RepositoryAsync(server.Alice);
        var digest = await server.Alice.PushBlobAsync(source, Image.NewBytes(100));
        var ofBob = await server.RepositoryAsync(server.Bob);
        var ofStranger = await server.RepositoryAsync(server.Stranger);

        foreach (var from in (string?[])[source, null])
        {
            Begun(await MountAsync(server.Bob, ofBob, digest, from), ofBob);
            Begun(await MountAsync(server.Stranger, ofStranger, digest, from), ofStranger);
        }

        (await server.Bob.GetAsync($"/v2/{ofBob}/blobs/{digest}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        (await server.Stranger.GetAsync($"/v2/{ofStranger}/blobs/{digest}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task What_everybody_may_read_may_be_mounted()
    {
        var source = await server.RepositoryAsync(server.Alice, isPublic: true);
        var blob = Image.NewBytes(100);
        var digest = await server.Alice.PushBlobAsync(source, blob);
        var ofBob = await server.RepositoryAsync(server.Bob);
        var ofStranger = await server.RepositoryAsync(server.Stranger);

        (await MountAsync(server.Bob, ofBob, digest, null)).Expect(HttpStatusCode.Created);
        (await MountAsync(server.Stranger, ofStranger, digest, source)).Expect(HttpStatusCode.Created);
        Begun(
            await MountAsync(server.Stranger, await server.RepositoryAsync(server.Stranger), Image.Unknown(), source), "elsewhere");

        Assert.Equal(blob, (await server.Stranger.GetAsync($"/v2/{ofStranger}/blobs/{digest}")).ExpectOk().Body);
    }

    [Fact]
    public async Task The_owner_of_the_organization_and_root_mount_from_every_repository_of_it()
    {
        var source = await server.RepositoryAsync(server.Alice);
        var digest = await server.Alice.PushBlobAsync(source, Image.NewBytes(100));

        foreach (var who in (OciClient[])[server.Owner, server.Root])
        {
            foreach (var from in (string?[])[source, null])
                (await MountAsync(who, await server.RepositoryAsync(who), digest, from)).Expect(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task A_token_mounts_only_from_what_it_was_granted_and_is_told_what_to_ask_for()
    {
        var (source, target) = (await server.RepositoryAsync(), await server.RepositoryAsync());
        var digest = await server.Alice.PushBlobAsync(source, Image.NewBytes(100));
        var narrow = await server.WithTokenAsync(server.Alice, $"repository:{target}:pull,push");

        var refused = (await MountAsync(narrow, target, digest, source)).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        var anywhere = (await MountAsync(narrow, target, digest, null)).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");

        Assert.Contains(
            $",scope=\"repository:{target}:pull,push repository:{source}:pull\",error=\"insufficient_scope\"",
            refused.Challenge, StringComparison.Ordinal);
        Assert.Contains($"scope=\"repository:{target}:pull,push registry:mount:*\"", anywhere.Challenge, StringComparison.Ordinal);
        foreach (var (challenge, from) in ((OciReply, string?)[])[(refused, source), (anywhere, null)])
        {
            var scope = challenge.Challenge.Split("scope=\"")[1].Split('"')[0];
            var wide = await server.WithTokenAsync(server.Alice, scope);
            (await MountAsync(wide, await Again(target), digest, from)).Expect(HttpStatusCode.Created);
        }

        async Task<string> Again(string name)
        {
            await server.Alice.DeleteAsync($"/v2/{name}/blobs/{digest}");
            return name;
        }
    }

    [Fact]
    public async Task A_token_without_pull_on_anothers_repository_learns_nothing_of_it()
    {
        var source = await server.RepositoryAsync(server.Alice);
        var digest = await server.Alice.PushBlobAsync(source, Image.NewBytes(100));
        var target = await server.RepositoryAsync(server.Bob);
        var bob = await server.WithTokenAsync(server.Bob, $"repository:{target}:pull,push");

        Begun(await MountAsync(bob, target, digest, source), target);
        Begun(await MountAsync(bob, target, digest, server.NewName()), target);
    }

    [Fact]
    public async Task A_bad_digest_is_refused()
    {
        var name = await server.RepositoryAsync();

        (await MountAsync(server.Alice, name, "sha256:short", null)).Expect(HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    static Task<OciReply> MountAsync(OciClient client, string name, string digest, string? from) => client.PostAsync(
        $"/v2/{name}/blobs/uploads/?{(from is null ? "" : $"from={Uri.EscapeDataString(from)}&")}mount={Uri.EscapeDataString(digest)}");

    static string Begun(OciReply answer, string name)
    {
        answer.Expect(HttpStatusCode.Accepted);
        Assert.StartsWith($"/v2/{name}", answer.Location, StringComparison.Ordinal);
        Assert.Contains("/blobs/uploads/", answer.Location, StringComparison.Ordinal);
        Assert.Empty(answer.Digest);
        return answer.Location;
    }
}
