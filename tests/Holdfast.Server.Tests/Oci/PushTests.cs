using System.Net;

namespace Holdfast.Server.Tests.Oci;

/// <summary>The ways of pushing a blob (distribution-spec, "Pushing blobs"), each with each algorithm.</summary>
public sealed class PushTests(OciServer server) : IClassFixture<OciServer>
{
    const string Sha256 = "sha256";
    const string Sha512 = "sha512";

    static readonly string[] Styles = ["post", "post-chunked", "put", "put-chunked", "stream", "stream+put", "chunks", "chunks+put"];

    public static TheoryData<string, string, int> Pushes()
    {
        var data = new TheoryData<string, string, int>();
        foreach (var style in Styles)
        {
            foreach (var algorithm in (string[])[Sha256, Sha512])
            {
                foreach (var length in (int[])[2, 512, 3067, 100_003])
                    data.Add(style, algorithm, length);
            }
        }
        return data;
    }

    public static TheoryData<string, string> StylesAndAlgorithms()
    {
        var data = new TheoryData<string, string>();
        foreach (var style in Styles)
        {
            data.Add(style, Sha256);
            data.Add(style, Sha512);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Pushes))]
    public async Task A_blob_can_be_pushed_in_every_way(string style, string algorithm, int length)
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(length);
        var digest = Image.Named(blob, algorithm);

        var created = (await PushAsync(name, style, blob, digest)).Expect(HttpStatusCode.Created);

        Assert.Equal(digest, created.Digest);
        Assert.Equal($"/v2/{name}/blobs/{digest}", created.Location);
        Assert.Equal("0", created.Header("Content-Length"));
        var got = (await server.Alice.GetAsync(created.Location)).ExpectOk();
        Assert.Equal(blob, got.Body);
        Assert.Equal(digest, got.Digest);
        (await server.Alice.DeleteAsync(created.Location)).Expect(HttpStatusCode.Accepted);
        (await server.Alice.HeadAsync(created.Location)).Expect(HttpStatusCode.NotFound);
    }

    [Theory]
    [MemberData(nameof(StylesAndAlgorithms))]
    public async Task Other_bytes_than_the_digest_says_are_refused_and_leave_nothing(string style, string algorithm)
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(3072);
        var digest = Image.Named(blob, algorithm);
        byte[] other = [.. blob, .. "extra"u8];

        (await PushAsync(name, style, other, digest)).Expect(HttpStatusCode.BadRequest, "DIGEST_INVALID");

        foreach (var content in (byte[][])[blob, other])
        {
            (await server.Alice.GetAsync($"/v2/{name}/blobs/{Image.Sha256(content)}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
            (await server.Alice.GetAsync($"/v2/{name}/blobs/{Image.Sha512(content)}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        }
    }

    [Theory]
    [MemberData(nameof(StylesAndAlgorithms))]
    public async Task The_empty_blob_and_an_empty_object_are_blobs(string style, string algorithm)
    {
        foreach (var blob in (byte[][])[[], "{}"u8.ToArray()])
        {
            var name = await server.RepositoryAsync();
            var digest = Image.Named(blob, algorithm);

            var created = (await PushAsync(name, style, blob, digest)).Expect(HttpStatusCode.Created);

            var head = (await server.Alice.HeadAsync(created.Location)).ExpectOk();
            Assert.Equal($"{blob.Length}", head.Header("Content-Length"));
            Assert.Equal(digest, head.Digest);
            Assert.Equal(blob, (await server.Alice.GetAsync(created.Location)).ExpectOk().Body);
            (await server.Alice.DeleteAsync(created.Location)).Expect(HttpStatusCode.Accepted);
        }
    }

    [Fact]
    public async Task An_upload_begins_with_its_place_and_its_id()
    {
        var name = await server.RepositoryAsync();

        foreach (var target in (string[])[$"/v2/{name}/blobs/uploads/", $"/v2/{name}/blobs/uploads"])
        {
            var begun = (await server.Alice.PostAsync(target)).Expect(HttpStatusCode.Accepted);

            var id = begun.Header("Docker-Upload-UUID");
            Assert.Equal($"/v2/{name}/blobs/uploads/{id}", begun.Location);
            Assert.Equal(id, begun.Header("Blob-Upload-UUID"));
            Assert.Equal("0-0", begun.Header("Range"));
            Assert.Equal($"{1 << 20}", begun.Header("OCI-Chunk-Min-Length"));
            Assert.Equal("0", begun.Header("Content-Length"));
        }
    }

    [Fact]
    public async Task A_smallest_chunk_of_nothing_is_not_announced()
    {
        await using var plain = await OciServer.StartAsync(settings => settings with { Oci = settings.Oci with { MinChunkBytes = 0 } });
        using var alice = OciServer.ClientOf(plain, "alice");

        Assert.Null((await alice.PostAsync("/v2/a/b/blobs/uploads/")).Expect(HttpStatusCode.Accepted).Header("OCI-Chunk-Min-Length"));
    }

    [Fact]
    public async Task A_POST_with_a_digest_and_no_body_begins_an_upload()
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(100);
        var digest = Image.Sha256(blob);

        var begun = (await server.Alice.PostAsync($"/v2/{name}/blobs/uploads/?digest={digest}")).Expect(HttpStatusCode.Accepted);

        (await server.Alice.GetAsync($"/v2/{name}/blobs/{digest}")).Expect(HttpStatusCode.NotFound);
        (await server.Alice.PutAsync($"{begun.Location}?digest={digest}", blob)).Expect(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("sha256", HttpStatusCode.Accepted)]
    [InlineData("sha512", HttpStatusCode.Accepted)]
    [InlineData("md5", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task An_algorithm_that_is_announced_must_be_one_that_is_taken(string algorithm, HttpStatusCode status) =>
        (await server.Alice.PostAsync($"/v2/{await server.RepositoryAsync()}/blobs/uploads/?digest-algorithm={algorithm}")).Expect(status);

    [Fact]
    public async Task An_upload_announced_as_sha512_ends_as_either()
    {
        var name = await server.RepositoryAsync();
        foreach (var algorithm in (string[])[Sha256, Sha512])
        {
            var blob = Image.NewBytes(5000);
            var begun = await server.Alice.PostAsync($"/v2/{name}/blobs/uploads/?digest-algorithm=sha512");
            var sent = (await server.Alice.PatchAsync(begun.Location, blob)).Expect(HttpStatusCode.Accepted);

            (await server.Alice.PutAsync($"{sent.Location}?digest={Image.Named(blob, algorithm)}", null)).Expect(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task Two_pushes_of_one_blob_at_once_both_succeed()
    {
        var name = await server.RepositoryAsync();
        for (var round = 0; round < 5; round++)
        {
            var blob = Image.NewBytes(200_000);
            var digest = Image.Sha256(blob);

            var answers = await Task.WhenAll(Styles.Select(style => PushAsync(name, style, blob, digest)));

            Assert.All(answers, answer => answer.Expect(HttpStatusCode.Created));
            Assert.Equal(blob, (await server.Alice.GetAsync($"/v2/{name}/blobs/{digest}")).ExpectOk().Body);
            (await server.Alice.DeleteAsync($"/v2/{name}/blobs/{digest}")).Expect(HttpStatusCode.Accepted);
            (await server.Alice.DeleteAsync($"/v2/{name}/blobs/{digest}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        }
    }

    [Fact]
    public async Task First_pushes_to_one_repository_at_once_all_succeed()
    {
        var name = server.NewName();
        var blobs = Enumerable.Range(0, 8).Select(_ => Image.NewBytes(1000)).ToList();

        var digests = await Task.WhenAll(blobs.Select(blob => server.Alice.PushBlobAsync(name, blob)));

        foreach (var digest in digests)
            (await server.Alice.HeadAsync($"/v2/{name}/blobs/{digest}")).ExpectOk();
    }

    [Fact]
    public async Task A_blob_that_is_too_large_is_refused_in_every_way()
    {
        await using var small = await OciServer.StartAsync(settings => settings with { Oci = settings.Oci with { MaxBlobBytes = 1000 } });
        using var alice = OciServer.ClientOf(small, "alice");
        var blob = Image.NewBytes(1001);
        var digest = Image.Sha256(blob);

        foreach (var style in Styles)
            (await PushAsync("a/b", style, blob, digest, alice)).Expect(HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
        (await PushAsync("a/b", "chunks", blob[1..], Image.Sha256(blob[1..]), alice)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_server_that_makes_no_repositories_takes_pushes_only_to_those_there_are()
    {
        await using var closed = await OciServer.StartAsync(settings => settings with { Oci = settings.Oci with { CreateOnPush = false } });
        using var alice = OciServer.ClientOf(closed, "alice");

        (await alice.PostAsync("/v2/a/b/blobs/uploads/")).Expect(HttpStatusCode.NotFound, "NAME_UNKNOWN");
        (await alice.PutManifestAsync("a/b", "x", "{}"u8.ToArray())).Expect(HttpStatusCode.NotFound, "NAME_UNKNOWN");
    }

    /// <summary>The last answer of a push in that style, or the first refusal.</summary>
    async Task<OciReply> PushAsync(string name, string style, byte[] blob, string digest, OciClient? client = null)
    {
        client ??= server.Alice;
        (string, string)[] chunked = [("Transfer-Encoding", "chunked")];
        if (style.StartsWith("post", StringComparison.Ordinal))
            return await client.PostAsync($"/v2/{name}/blobs/uploads/?digest={digest}", blob, style == "post" ? [] : chunked);
        var answer = (await client.PostAsync($"/v2/{name}/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
        if (style.StartsWith("put", StringComparison.Ordinal))
            return await client.PutAsync($"{answer.Location}?digest={digest}", blob, style == "put" ? [] : chunked);
        var closing = style.EndsWith("+put", StringComparison.Ordinal);
        var size = style.StartsWith("stream", StringComparison.Ordinal) && !closing ? blob.Length : blob.Length / 3 + 1;
        var pieces = blob.Chunk(Math.Max(1, size)).ToList();
        var at = 0;
        foreach (var piece in closing ? pieces.SkipLast(1) : pieces)
        {
            answer = await client.PatchAsync(
                answer.Location, piece, style.StartsWith("stream", StringComparison.Ordinal) ? chunked : [Range(at, piece.Length)]);
            if (answer.Status != HttpStatusCode.Accepted)
                return answer;
            Assert.Equal($"0-{at + piece.Length - 1}", answer.Header("Range"));
            at += piece.Length;
        }
        var last = closing && pieces.Count > 0 ? pieces[^1] : null;
        return await client.PutAsync(
            $"{answer.Location}?digest={digest}", last, last is null || style == "stream+put" ? [] : [Range(at, last.Length)]);
    }

    static (string, string) Range(int start, int length) => ("Content-Range", $"{start}-{start + length - 1}");
}
