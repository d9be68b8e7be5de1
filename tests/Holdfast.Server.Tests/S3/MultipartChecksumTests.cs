using System.Net;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Server.Tests.S3;

/// <summary>What an upload's checksum asks of its parts and of its completion (S3 user guide, "Checking object integrity").</summary>
public sealed class MultipartChecksumTests(S3Server server) : IClassFixture<S3Server>
{
    static readonly byte[] Content = TestBytes.Of(1000, 4);

    [Fact]
    public async Task A_part_of_a_composite_needs_the_uploads_checksum()
    {
        var target = $"/{await server.BucketAsync()}/k";
        var id = await BeginAsync(target, "SHA256", "COMPOSITE");

        (await server.Root.PutAsync($"{target}?partNumber=1&uploadId={id}", Content)).Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        (await server.Root.PutAsync(
            $"{target}?partNumber=1&uploadId={id}", Content, ("x-amz-checksum-sha256", Checksums.Of("SHA256", Content)))).ExpectOk();
    }

    [Fact]
    public async Task The_completion_of_a_composite_names_the_checksum_of_each_part()
    {
        var target = $"/{await server.BucketAsync()}/k";
        var id = await BeginAsync(target, "CRC32C", "COMPOSITE");
        var part = await PartAsync(target, id, "CRC32C");

        var bare = await server.Root.PostAsync($"{target}?uploadId={id}", Document(part.ETag));

        bare.Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        Assert.Contains("It was missing for part 1 in the request.", bare.All("Message")[0]);
        (await server.Root.PostAsync($"{target}?uploadId={id}", Document(part.ETag, "CRC32C"))).ExpectOk();
    }

    [Fact]
    public async Task A_full_object_checksum_needs_none_of_the_parts()
    {
        var target = $"/{await server.BucketAsync()}/k";
        var id = await BeginAsync(target, "CRC32", "FULL_OBJECT");
        var part = (await server.Root.PutAsync($"{target}?partNumber=1&uploadId={id}", Content)).ExpectOk();

        (await server.Root.PostAsync($"{target}?uploadId={id}", Document(part.ETag))).ExpectOk();

        Assert.Equal(
            Checksums.Of("CRC32", Content),
            (await server.Root.HeadAsync(target, ("x-amz-checksum-mode", "ENABLED"))).Header("x-amz-checksum-crc32"));
    }

    [Fact]
    public async Task The_type_that_a_completion_states_is_the_uploads()
    {
        var target = $"/{await server.BucketAsync()}/k";
        var id = await BeginAsync(target, "CRC32", "COMPOSITE");
        var document = Document((await PartAsync(target, id, "CRC32")).ETag, "CRC32");

        (await server.Root.PostAsync($"{target}?uploadId={id}", document, ("x-amz-checksum-type", "PARTIAL")))
            .Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        (await server.Root.PostAsync($"{target}?uploadId={id}", document, ("x-amz-checksum-type", "FULL_OBJECT")))
            .Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        (await server.Root.PostAsync($"{target}?uploadId={id}", document, ("x-amz-checksum-type", "COMPOSITE"))).ExpectOk();
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("")]
    public async Task The_number_of_parts_belongs_to_a_composite_checksum_where_it_is_sent(string number)
    {
        var target = $"/{await server.BucketAsync()}/k";
        var id = await BeginAsync(target, "CRC32", "COMPOSITE");
        var document = Document((await PartAsync(target, id, "CRC32")).ETag, "CRC32");
        var sum = Checksums.Of("CRC32", Convert.FromBase64String(Checksums.Of("CRC32", Content)));

        (await server.Root.PostAsync($"{target}?uploadId={id}", document, ("x-amz-checksum-crc32", $"{sum}-2")))
            .Expect(HttpStatusCode.BadRequest, "BadDigest");
        (await server.Root.PostAsync($"{target}?uploadId={id}", document, ("x-amz-checksum-crc32", $"{sum}{number}"))).ExpectOk();
    }

    [Fact]
    public async Task Attributes_list_the_parts_of_an_upload_without_checksums()
    {
        var target = $"/{await server.BucketAsync()}/k";
        var id = (await server.Root.PostAsync(target + "?uploads")).ExpectOk().All("UploadId")[0];
        var part = (await server.Root.PutAsync($"{target}?partNumber=3&uploadId={id}", Content)).ExpectOk();
        (await server.Root.PostAsync(
            $"{target}?uploadId={id}", Document(part.ETag).Replace(">1<", ">3<", StringComparison.Ordinal))).ExpectOk();

        var attributes = (await server.Root.GetAsync($"{target}?attributes", ("x-amz-object-attributes", "ObjectParts"))).ExpectOk();

        Assert.Equal(["3"], attributes.All("PartNumber"));
        Assert.Equal(["1000"], attributes.All("Size"));
    }

    async Task<string> BeginAsync(string target, string algorithm, string type) =>
        (await server.Root.PostAsync(
            $"{target}?uploads", "", ("x-amz-checksum-algorithm", algorithm), ("x-amz-checksum-type", type)))
            .ExpectOk().All("UploadId")[0];

    async Task<S3Reply> PartAsync(string target, string id, string algorithm) => (await server.Root.PutAsync(
        $"{target}?partNumber=1&uploadId={id}", Content, ($"x-amz-checksum-{algorithm}", Checksums.Of(algorithm, Content)))).ExpectOk();

    static string Document(string etag, string? algorithm = null)
    {
        var sum = algorithm is null ? "" : $"<Checksum{algorithm}>{Checksums.Of(algorithm, Content)}</Checksum{algorithm}>";
        return $"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag>{sum}</Part></CompleteMultipartUpload>";
    }
}
