using System.Net;
using Holdfast.Server.Tests.S3;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Names of buckets and first components of repositories are one space, in which an organization owns a name.</summary>
public sealed class NamespaceTests(OciServer server) : IClassFixture<OciServer>
{
    [Fact]
    public async Task A_bucket_is_a_repository_of_its_owner_and_its_name_is_its_organizations()
    {
        using var alice = new S3Client(server.Fixture, "alice-key", OciServer.Secret);
        (await alice.PutAsync("/shelf")).ExpectOk();

        (await server.Alice.PostAsync("/v2/shelf/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
        (await server.Bob.PostAsync("/v2/shelf/blobs/uploads/")).Expect(HttpStatusCode.Forbidden, "DENIED");
        (await server.Stranger.PostAsync("/v2/shelf/app/blobs/uploads/")).Expect(HttpStatusCode.Forbidden, "DENIED");
        (await server.Alice.PostAsync("/v2/shelf/app/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
        (await server.Alice.GetAsync("/v2/shelf/tags/list")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_bucket_cannot_have_the_name_of_a_repository_or_of_anothers_namespace()
    {
        using var alice = new S3Client(server.Fixture, "alice-key", OciServer.Secret);
        using var stranger = new S3Client(server.Fixture, "stranger-key", OciServer.Secret);
        (await server.Alice.PostAsync("/v2/taken/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
        (await server.Alice.PostAsync("/v2/begun/app/blobs/uploads/")).Expect(HttpStatusCode.Accepted);

        Assert.Equal(HttpStatusCode.Conflict, (await alice.PutAsync("/taken")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await stranger.PutAsync("/taken")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await stranger.PutAsync("/begun")).Status);
    }

    [Fact]
    public async Task A_name_under_which_repositories_stand_stays_their_organizations_when_the_bucket_goes()
    {
        using var alice = new S3Client(server.Fixture, "alice-key", OciServer.Secret);
        using var stranger = new S3Client(server.Fixture, "stranger-key", OciServer.Secret);
        foreach (var name in (string[])["kept", "freed"])
            (await alice.PutAsync($"/{name}")).ExpectOk();
        (await server.Alice.PostAsync("/v2/kept/app/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
        (await server.Alice.PostAsync("/v2/freed-too/app/blobs/uploads/")).Expect(HttpStatusCode.Accepted);

        foreach (var name in (string[])["kept", "freed"])
            Assert.Equal(HttpStatusCode.NoContent, (await alice.DeleteAsync($"/{name}")).Status);

        (await server.Stranger.PostAsync("/v2/kept/other/blobs/uploads/")).Expect(HttpStatusCode.Forbidden, "DENIED");
        Assert.Equal(HttpStatusCode.Conflict, (await stranger.PutAsync("/kept")).Status);
        (await server.Stranger.PostAsync("/v2/freed/app/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
    }
}
