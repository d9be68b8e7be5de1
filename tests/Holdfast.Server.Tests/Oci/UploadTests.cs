using System.Net;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Uploads in pieces: their order, their state, and how they end (distribution-spec, "Pushing a blob in chunks").</summary>
public sealed class UploadTests(OciServer server) : IClassFixture<OciServer>
{
    const int Chunk = 1024;

    [Theory]
    [InlineData("sha256", false)]
    [InlineData("sha256", true)]
    [InlineData("sha512", false)]
    [InlineData("sha512", true)]
    public async Task A_chunk_out_of_order_is_refused_and_the_upload_goes_on(string algorithm, bool closesWithChunk)
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(3 * Chunk - 5);
        var digest = Image.Named(blob, algorithm);
        var location = await BeginAsync(name);

        await RefusedAsync(await ChunkAsync(location, blob, 1), location, "0-0");
        location = (await ChunkAsync(location, blob, 0)).Expect(HttpStatusCode.Accepted).Location;
        if (closesWithChunk)
            await RefusedAsync(await ChunkAsync(location, blob, 2, digest), location, "0-1023", $"?digest={digest}");
        else
            await RefusedAsync(await ChunkAsync(location, blob, 2), location, "0-1023");
        location = (await ChunkAsync(location, blob, 1)).Expect(HttpStatusCode.Accepted).Location;
        await RefusedAsync(await ChunkAsync(location, blob, 0), location, "0-2047");
        var created = closesWithChunk
            ? await ChunkAsync(location, blob, 2, digest)
            : await server.Alice.PutAsync(
                $"{(await ChunkAsync(location, blob, 2)).Expect(HttpStatusCode.Accepted).Location}?digest={digest}", null);

        created.Expect(HttpStatusCode.Created);
        Assert.Equal(blob, (await server.Alice.GetAsync(created.Location)).ExpectOk().Body);
    }

    [Fact]
    public async Task The_place_of_the_first_answer_stays_good()
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(42);
        var location = await BeginAsync(name);
        (await server.Alice.PatchAsync(location, blob[..22], ("Content-Range", "0-21"))).Expect(HttpStatusCode.Accepted);

        await RefusedAsync(await server.Alice.PatchAsync(location, blob[..22], ("Content-Range", "0-21")), location, "0-21");
        (await server.Alice.PatchAsync(location, blob[22..], ("Content-Range", "22-41"))).Expect(HttpStatusCode.Accepted);
        (await server.Alice.PutAsync($"{location}?digest={Image.Sha256(blob)}", null)).Expect(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("0-8")]
    [InlineData("0-10")]
    [InlineData("9-0")]
    [InlineData("-9")]
    [InlineData("x")]
    [InlineData("0-99999999999999999999")]
    public async Task A_chunk_that_is_not_as_long_as_it_says_is_refused(string range)
    {
        var name = await server.RepositoryAsync();
        var location = await BeginAsync(name);

        await RefusedAsync(await server.Alice.PatchAsync(location, new byte[10], ("Content-Range", range)), location, "0-0");
        var put = await server.Alice.PutAsync($"{location}?digest={Image.Sha256(new byte[10])}", new byte[10], ("Content-Range", range));
        await RefusedAsync(put, location, "0-0");
    }

    [Theory]
    [InlineData("0-8")]
    [InlineData("0-10")]
    public async Task So_is_one_of_which_only_the_range_tells_the_length(string range)
    {
        var location = await BeginAsync(await server.RepositoryAsync());
        var headers = new[] { ("Transfer-Encoding", "chunked"), ("Content-Range", range) };

        (await server.Alice.PatchAsync(location, new byte[10], headers)).Expect(HttpStatusCode.BadRequest, "SIZE_INVALID");
        (await server.Alice.PutAsync($"{location}?digest={Image.Sha256(new byte[10])}", new byte[10], headers)).Expect(
            HttpStatusCode.BadRequest, "SIZE_INVALID");

        Assert.Equal("0-0", (await server.Alice.GetAsync(location)).Expect(HttpStatusCode.NoContent).Header("Range"));
    }

    [Fact]
    public async Task The_range_may_be_written_as_HTTP_writes_it()
    {
        var location = await BeginAsync(await server.RepositoryAsync());

        (await server.Alice.PatchAsync(location, new byte[10], ("Content-Range", "bytes 0-9/*"))).Expect(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_chunk_without_a_byte_changes_nothing()
    {
        var location = await BeginAsync(await server.RepositoryAsync());

        var empty = (await server.Alice.PatchAsync(location, [], ("Transfer-Encoding", "chunked"))).Expect(HttpStatusCode.Accepted);

        Assert.Equal("0-0", empty.Header("Range"));
        (await server.Alice.PutAsync($"{empty.Location}?digest={Image.Sha256([])}", null)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Chunks_without_a_range_follow_each_other()
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(300_000);
        var location = await BeginAsync(name);

        foreach (var piece in blob.Chunk(70_000))
            location = (await server.Alice.PatchAsync(location, piece)).Expect(HttpStatusCode.Accepted).Location;

        var created = (await server.Alice.PutAsync($"{location}?digest={Image.Sha512(blob)}", null)).Expect(HttpStatusCode.Created);
        Assert.Equal(blob, (await server.Alice.GetAsync(created.Location)).ExpectOk().Body);
        var part = (await server.Alice.GetAsync(created.Location, ("Range", "bytes=69990-140010"))).Expect(HttpStatusCode.PartialContent);
        Assert.Equal(blob[69_990..140_011], part.Body);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task The_state_of_an_upload_can_be_asked_for(string method)
    {
        var name = await server.RepositoryAsync();
        var location = await BeginAsync(name);
        await server.Alice.PatchAsync(location, new byte[77]);

        var state = (await server.Alice.SendAsync(method, location, null)).Expect(HttpStatusCode.NoContent);

        Assert.Equal("0-76", state.Header("Range"));
        Assert.Equal(location, state.Location);
        Assert.NotNull(state.Header("Docker-Upload-UUID"));
    }

    [Fact]
    public async Task A_cancelled_upload_is_gone_and_cancelling_again_finds_nothing()
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(100);
        var location = await BeginAsync(name);
        await server.Alice.PatchAsync(location, blob);

        (await server.Alice.DeleteAsync(location)).Expect(HttpStatusCode.NoContent);

        await GoneAsync(location, blob);
        (await server.Alice.GetAsync($"/v2/{name}/blobs/{Image.Sha256(blob)}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_finished_upload_is_gone()
    {
        var blob = Image.NewBytes(100);
        foreach (var sendsFirst in (bool[])[true, false])
        {
            var location = await BeginAsync(await server.RepositoryAsync());
            if (sendsFirst)
                await server.Alice.PatchAsync(location, blob);
            var finished = await server.Alice.PutAsync($"{location}?digest={Image.Sha256(blob)}", sendsFirst ? null : blob);
            finished.Expect(HttpStatusCode.Created);

            await GoneAsync(location, blob);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("not-an-id")]
    public async Task An_upload_that_never_was_is_unknown(string id) =>
        await GoneAsync($"/v2/{await server.RepositoryAsync()}/blobs/uploads/{id}", [1]);

    [Fact]
    public async Task An_upload_belongs_to_its_repository()
    {
        var (first, second) = (await server.RepositoryAsync(), await server.RepositoryAsync());
        var location = await BeginAsync(first);

        await GoneAsync(location.Replace(first, second, StringComparison.Ordinal), [1]);
        (await server.Alice.GetAsync(location)).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_PUT_without_a_digest_is_refused_and_the_upload_goes_on()
    {
        var location = await BeginAsync(await server.RepositoryAsync());
        await server.Alice.PatchAsync(location, new byte[5]);

        (await server.Alice.PutAsync(location, null)).Expect(HttpStatusCode.BadRequest, "DIGEST_INVALID");

        Assert.Equal("0-4", (await server.Alice.GetAsync(location)).Header("Range"));
    }

    [Fact]
    public async Task Of_chunks_for_one_place_sent_at_once_one_is_taken()
    {
        var name = await server.RepositoryAsync();
        for (var round = 0; round < 5; round++)
        {
            var pieces = Enumerable.Range(0, 4).Select(_ => Image.NewBytes(50_000)).ToList();
            var location = await BeginAsync(name);

            var answers = await Task.WhenAll(
                pieces.Select(piece => server.Alice.PatchAsync(location, piece, ("Content-Range", "0-49999"))));

            var won = pieces[Array.IndexOf(answers, Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted))];
            Assert.All(
                answers.Where(answer => answer.Status != HttpStatusCode.Accepted),
                answer => answer.Expect(HttpStatusCode.RequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID"));
            Assert.Equal("0-49999", (await server.Alice.GetAsync(location)).Header("Range"));
            (await server.Alice.PutAsync($"{location}?digest={Image.Sha256(won)}", null)).Expect(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task An_upload_finished_twice_at_once_is_stored_once_and_refused_cleanly()
    {
        var name = await server.RepositoryAsync();
        for (var round = 0; round < 5; round++)
        {
            var blob = Image.NewBytes(50_000);
            var location = await BeginAsync(name);
            await server.Alice.PatchAsync(location, blob[..20_000]);
            await server.Alice.PatchAsync(location, blob[20_000..]);

            var answers = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(_ => server.Alice.PutAsync($"{location}?digest={Image.Sha256(blob)}", null)));

            Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
            Assert.All(answers, answer => Assert.InRange((int)answer.Status, 201, 416));
            Assert.Equal(blob, (await server.Alice.GetAsync($"/v2/{name}/blobs/{Image.Sha256(blob)}")).ExpectOk().Body);
        }
    }

    [Fact]
    public async Task Content_that_arrives_in_other_chunks_is_the_same_blob()
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(120_000);
        var digest = Image.Sha256(blob);
        foreach (var size in (int[])[120_000, 50_000, 7_000, 50_000])
        {
            var location = await BeginAsync(name);
            foreach (var piece in blob.Chunk(size))
                (await server.Alice.PatchAsync(location, piece)).Expect(HttpStatusCode.Accepted);
            (await server.Alice.PutAsync($"{location}?digest={digest}", null)).Expect(HttpStatusCode.Created);
            Assert.Equal(blob, (await server.Alice.GetAsync($"/v2/{name}/blobs/{digest}")).ExpectOk().Body);
        }
    }

    async Task<string> BeginAsync(string name) =>
        (await server.Alice.PostAsync($"/v2/{name}/blobs/uploads/")).Expect(HttpStatusCode.Accepted).Location;

    /// <summary>Sends the chunk of that number; with a digest as the last one.</summary>
    Task<OciReply> ChunkAsync(string location, byte[] blob, int number, string? digest = null)
    {
        var piece = blob[(number * Chunk)..Math.Min(blob.Length, (number + 1) * Chunk)];
        var range = ("Content-Range", $"{number * Chunk}-{number * Chunk + piece.Length - 1}");
        return digest is null
            ? server.Alice.PatchAsync(location, piece, range)
            : server.Alice.PutAsync($"{location}?digest={digest}", piece, range);
    }

    /// <summary>The answer is a 416 that says where the upload stands, and so does the upload itself.</summary>
    async Task RefusedAsync(OciReply answer, string location, string received, string query = "")
    {
        answer.Expect(HttpStatusCode.RequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID");
        Assert.Equal(received, answer.Header("Range"));
        Assert.Equal(location, answer.Location);
        var state = (await server.Alice.GetAsync(location + query)).Expect(HttpStatusCode.NoContent);
        Assert.Equal(received, state.Header("Range"));
    }

    async Task GoneAsync(string location, byte[] blob)
    {
        (await server.Alice.GetAsync(location)).Expect(HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        (await server.Alice.PatchAsync(location, blob)).Expect(HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        (await server.Alice.PutAsync($"{location}?digest={Image.Sha256(blob)}", blob)).Expect(
            HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        (await server.Alice.DeleteAsync(location)).Expect(HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }
}
