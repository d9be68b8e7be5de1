using System.Net;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;
using Holdfast.Server.Tests.S3;
using Holdfast.TestKit;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Every S3 object is also an OCI artifact (design, section 4).</summary>
public sealed class ObjectArtifactTests(S3Server server) : IClassFixture<S3Server>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_is_pulled_by_the_digest_that_its_head_shows()
    {
        var bucket = await server.BucketAsync();
        var content = TestBytes.Of(100_000);
        (await server.Root.PutAsync($"/{bucket}/dir/file.bin", content)).ExpectOk();
        using var root = RegistryCaller.Root(server.Fixture);

        var digest = await ArtifactAsync($"/{bucket}/dir/file.bin");
        using var answer = await root.SendAsync(HttpStatusCode.OK, "GET", $"/v2/{bucket}/manifests/{digest}");
        var manifest = await answer.Content.ReadAsByteArrayAsync(Ct);

        Assert.Equal(digest, Digest.Of(manifest).ToString());
        Assert.Equal(MediaTypes.OciManifest, answer.Content.Headers.ContentType!.ToString());
        var blobs = ManifestDocument.Parse(manifest, MediaTypes.OciManifest).Blobs;
        Assert.Equal("{}"u8.ToArray(), await root.GetAsync($"/v2/{bucket}/blobs/{blobs[0]}"));
        Assert.Equal(content, await root.GetAsync($"/v2/{bucket}/blobs/{blobs[1]}"));
    }

    [Fact]
    public async Task A_multipart_object_becomes_one_when_its_digest_is_known()
    {
        var bucket = await server.BucketAsync();
        var (first, second) = (TestBytes.Of(5 << 20, 1), TestBytes.Of(1000, 2));
        var upload = (string)(await server.Root.PostAsync($"/{bucket}/big?uploads")).ExpectOk().Xml.Element("UploadId")!;
        var tags = new List<string>();
        foreach (var (part, number) in new[] { (first, 1), (second, 2) })
            tags.Add((await server.Root.PutAsync($"/{bucket}/big?partNumber={number}&uploadId={upload}", part)).ExpectOk().ETag);
        var parts = string.Concat(tags.Select((tag, i) => $"<Part><PartNumber>{i + 1}</PartNumber><ETag>{tag}</ETag></Part>"));
        (await server.Root.PostAsync(
            $"/{bucket}/big?uploadId={upload}", $"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")).ExpectOk();
        using var root = RegistryCaller.Root(server.Fixture);

        (await server.Root.SendAsync("HEAD", $"/{bucket}/big", null, Framing.Hex, [("Holdfast-Wait", "30")])).ExpectOk();
        var digest = await ArtifactAsync($"/{bucket}/big");
        await Eventually.HoldsAsync(
            async () => (await root.SendAsync("HEAD", $"/v2/{bucket}/manifests/{digest}")).IsSuccessStatusCode, "the artifact");

        var content = Digest.Of([.. first, .. second]);
        Assert.Equal((byte[])[.. first, .. second], await root.GetAsync($"/v2/{bucket}/blobs/{content}"));
    }

    [Fact]
    public async Task What_is_attached_to_an_object_is_found_by_its_digest()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/app", "the app")).ExpectOk();
        using var root = RegistryCaller.Root(server.Fixture);
        var subject = Digest.Parse(await ArtifactAsync($"/{bucket}/app"));

        var evidence = await root.PushImageAsync(bucket, $"sha256-{subject.Hex}.sig", "a signature", subject);
        var referrers = await root.JsonAsync("GET", $"/v2/{bucket}/referrers/{subject}");

        Assert.Equal(evidence.ToString(), (string?)referrers["manifests"]![0]!["digest"]);
    }

    [Fact]
    public async Task A_copy_is_the_same_artifact_a_record_shows_it_and_only_s3_deletes_it()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "content")).ExpectOk();
        (await server.Root.PutAsync($"/{bucket}/other/k", "", ("x-amz-copy-source", $"/{bucket}/k"))).ExpectOk();
        using var root = RegistryCaller.Root(server.Fixture);
        var digest = await ArtifactAsync($"/{bucket}/k");

        Assert.Equal(digest, await ArtifactAsync($"/{bucket}/other/k"));
        Assert.Equal(digest, (string?)(await root.JsonAsync("GET", $"/api/v1/buckets/{bucket}/objects/k"))["manifest_digest"]);
        await root.SendAsync(HttpStatusCode.MethodNotAllowed, "DELETE", $"/v2/{bucket}/manifests/{digest}");
    }

    [Fact]
    public async Task A_tag_that_names_no_subject_is_refused_in_a_bucket()
    {
        var bucket = await server.BucketAsync();
        using var root = RegistryCaller.Root(server.Fixture);
        var (config, layer) = (await root.PushBlobAsync(bucket, "{}"u8.ToArray()), await root.PushBlobAsync(bucket, "x"u8.ToArray()));
        var manifest = RegistryCaller.Image(config, layer, 1);

        using var tagged = await root.SendAsync(
            HttpStatusCode.BadRequest, "PUT", $"/v2/{bucket}/manifests/latest", manifest, MediaTypes.OciManifest);
        using var named = await root.SendAsync(
            HttpStatusCode.Created, "PUT", $"/v2/{bucket}/manifests/{Digest.Of(manifest)}", manifest, MediaTypes.OciManifest);

        Assert.Contains("is a bucket", await tagged.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_may_name_an_objects_content_without_a_push()
    {
        var bucket = await server.BucketAsync();
        var content = TestBytes.Of(40_000);
        (await server.Root.PutAsync($"/{bucket}/k", content)).ExpectOk();
        using var root = RegistryCaller.Root(server.Fixture);
        var manifest = RegistryCaller.Image(Digest.Of("{}"u8), Digest.Of(content), content.Length);

        using var put = await root.SendAsync(
            HttpStatusCode.Created, "PUT", $"/v2/{bucket}/manifests/{Digest.Of(manifest)}", manifest, MediaTypes.OciManifest);
        (await server.Root.DeleteAsync($"/{bucket}/k")).Expect(HttpStatusCode.NoContent);

        Assert.Equal(content, await root.GetAsync($"/v2/{bucket}/blobs/{Digest.Of(content)}"));
    }

    [Fact]
    public async Task Who_may_not_read_the_object_gets_nothing_by_its_digests()
    {
        var bucket = await server.BucketAsync(server.Alice);
        var content = TestBytes.Of(20_000);
        (await server.Alice.PutAsync($"/{bucket}/secret", content)).ExpectOk();
        var manifest = await ArtifactAsync($"/{bucket}/secret");
        using var bob = new RegistryCaller(server.Fixture, "bob-key");
        using var nobody = new RegistryCaller(server.Fixture, null);

        foreach (var target in new[] { $"/v2/{bucket}/manifests/{manifest}", $"/v2/{bucket}/blobs/{Digest.Of(content)}" })
        {
            await bob.SendAsync(HttpStatusCode.Forbidden, "GET", target);
            await nobody.SendAsync(HttpStatusCode.Unauthorized, "GET", target);
        }
        using var mounted = await bob.SendAsync(
            HttpStatusCode.Accepted, "POST", $"/v2/bobs/own/blobs/uploads/?mount={Digest.Of(content)}&from={bucket}");
        using var anywhere = await bob.SendAsync(
            HttpStatusCode.Accepted, "POST", $"/v2/bobs/own/blobs/uploads/?mount={Digest.Of(content)}");
    }

    [Fact]
    public async Task An_object_that_everybody_may_read_is_pulled_by_anybody()
    {
        var bucket = await server.BucketAsync(server.Alice);
        var content = TestBytes.Of(20_000);
        (await server.Alice.PutAsync($"/{bucket}/open", content, ("x-amz-acl", "public-read"))).ExpectOk();
        (await server.Alice.PutAsync($"/{bucket}/closed", "closed")).ExpectOk();
        using var nobody = new RegistryCaller(server.Fixture, null);

        await nobody.GetAsync($"/v2/{bucket}/manifests/{await ArtifactAsync($"/{bucket}/open")}");
        Assert.Equal(content, await nobody.GetAsync($"/v2/{bucket}/blobs/{Digest.Of(content)}"));
        await nobody.SendAsync(
            HttpStatusCode.Unauthorized, "GET", $"/v2/{bucket}/manifests/{await ArtifactAsync($"/{bucket}/closed")}");
        await nobody.SendAsync(HttpStatusCode.Unauthorized, "GET", $"/v2/{bucket}/tags/list");
    }

    [Fact]
    public async Task A_blob_of_an_object_is_mounted_instead_of_sent_again()
    {
        var bucket = await server.BucketAsync(server.Alice);
        var content = TestBytes.Of(20_000);
        (await server.Alice.PutAsync($"/{bucket}/k", content)).ExpectOk();
        using var alice = new RegistryCaller(server.Fixture, "alice-key");

        using var from = await alice.SendAsync(
            HttpStatusCode.Created, "POST", $"/v2/alices/one/blobs/uploads/?mount={Digest.Of(content)}&from={bucket}");
        using var anywhere = await alice.SendAsync(
            HttpStatusCode.Created, "POST", $"/v2/alices/two/blobs/uploads/?mount={Digest.Of(content)}");

        Assert.Equal(content, await alice.GetAsync($"/v2/alices/one/blobs/{Digest.Of(content)}"));
    }

    [Fact]
    public async Task A_deleted_bucket_takes_what_was_attached_along_and_frees_its_name()
    {
        var bucket = await server.BucketAsync();
        using var root = RegistryCaller.Root(server.Fixture);
        await root.PushImageAsync(bucket, $"sha256-{new string('a', 64)}", "evidence");

        (await server.Root.DeleteAsync($"/{bucket}")).Expect(HttpStatusCode.NoContent);
        await root.SendAsync(HttpStatusCode.NotFound, "GET", $"/v2/{bucket}/tags/list");
        (await server.Root.PutAsync($"/{bucket}")).ExpectOk();

        var tags = await root.JsonAsync("GET", $"/v2/{bucket}/tags/list");
        Assert.Empty(tags["tags"]!.AsArray());
    }

    [Fact]
    public async Task A_bucket_cannot_have_the_name_of_a_repository_but_stands_beside_those_below_it()
    {
        using var root = RegistryCaller.Root(server.Fixture);
        await root.PushImageAsync("taken-name", "v1", "x");
        await root.PushImageAsync("shared-name/app", "v1", "x");

        (await server.Root.PutAsync("/taken-name")).Expect(HttpStatusCode.Conflict, "BucketAlreadyExists");
        (await server.Root.PutAsync("/shared-name")).ExpectOk();
        (await server.Stranger.PutAsync("/shared-name2")).ExpectOk();
        await root.SendAsync(HttpStatusCode.Forbidden, "POST", "/v2/shared-name2/app/blobs/uploads/");
    }

    async Task<string> ArtifactAsync(string target)
    {
        var head = (await server.Root.SendAsync("HEAD", target, null, Framing.Hex, [])).ExpectOk();
        return head.Header("Holdfast-Artifact-Digest") ?? throw new InvalidOperationException($"HEAD of {target} shows no artifact");
    }
}
