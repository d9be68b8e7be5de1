using System.Net;
using Holdfast.Core.Catalog;
using Holdfast.Core.Objects;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Server.Tests.S3;

/// <summary>What text the stored headers and the overrides of an answer may hold, and how it comes back.</summary>
public sealed class HeaderTextTests(S3Server server) : IClassFixture<S3Server>
{
    [Theory]
    [InlineData("x-amz-meta-a", "h\u0004")]
    [InlineData("x-amz-meta-a", "\u0001h")]
    [InlineData("x-amz-meta-a", "h\u0007i")]
    [InlineData("x-amz-meta-a", "h\u007Fi")]
    [InlineData("Content-Type", "text/\u0001plain")]
    [InlineData("Content-Disposition", "inline\u007F")]
    [InlineData("Cache-Control", "max-age\u0007=1")]
    [InlineData("x-amz-website-redirect-location", "/else\u0004where")]
    public async Task A_control_character_in_a_stored_header_is_refused(string name, string value)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/source", "x")).ExpectOk();

        (await server.Root.PutAsync($"/{bucket}/k", "x"u8.ToArray(), (name, value))).Expect(HttpStatusCode.BadRequest, "InvalidArgument");
        (await server.Root.PostAsync($"/{bucket}/k?uploads", "", (name, value))).Expect(HttpStatusCode.BadRequest, "InvalidArgument");
        (await server.Root.PutAsync(
            $"/{bucket}/k", "", ("x-amz-copy-source", $"{bucket}/source"), ("x-amz-metadata-directive", "REPLACE"), (name, value)))
            .Expect(HttpStatusCode.BadRequest, "InvalidArgument");
        (await server.Root.GetAsync($"/{bucket}/k")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_tab_within_a_stored_header_comes_back()
    {
        var bucket = await server.BucketAsync();

        (await server.Root.PutAsync($"/{bucket}/k", "x"u8.ToArray(), ("x-amz-meta-a", "one\ttwo"))).ExpectOk();

        Assert.Equal("one\ttwo", (await server.Root.GetAsync($"/{bucket}/k")).ExpectOk().Header("x-amz-meta-a"));
    }

    [Fact]
    public async Task An_object_that_was_stored_with_control_characters_is_read_without_those_headers()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();
        (string, string)[] pairs =
        [
            ("content-type", "a\u0001"), ("cache-control", "b\u007F"), ("x-amz-meta-a", "c\u0004"), ("x-amz-meta-b", "d"),
        ];
        var packed = Pairs.Encode([.. pairs.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))]);
        await server.Fixture.Services.GetRequiredService<Catalog>().WriteAsync(
            tx => tx.ExecuteAsync(
                "UPDATE object_version SET headers = $2 WHERE bucket_id = (SELECT id FROM bucket WHERE name = $1)",
                System.Text.Encoding.UTF8.GetBytes(bucket),
                packed),
            TestContext.Current.CancellationToken);

        var got = (await server.Root.GetAsync($"/{bucket}/k")).ExpectOk();
        var head = (await server.Root.HeadAsync($"/{bucket}/k")).ExpectOk();

        foreach (var reply in (S3Reply[])[got, head])
        {
            Assert.Equal("binary/octet-stream", reply.Header("Content-Type"));
            Assert.Null(reply.Header("Cache-Control"));
            Assert.Null(reply.Header("x-amz-meta-a"));
            Assert.Equal("d", reply.Header("x-amz-meta-b"));
            Assert.Equal("1", reply.Header("x-amz-missing-meta"));
        }

        (await server.Root.GetAsync($"/{bucket}/k", ("If-None-Match", got.ETag))).Expect(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("response-content-type", "text%7F")]
    [InlineData("response-content-disposition", "a%01b")]
    [InlineData("response-cache-control", "a%0D%0Ab")]
    [InlineData("response-expires", "%00")]
    public async Task A_control_character_in_an_override_is_refused(string parameter, string value)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();

        (await server.Root.GetAsync($"/{bucket}/k?{parameter}={value}")).Expect(HttpStatusCode.BadRequest, "InvalidArgument");
        (await server.Root.HeadAsync($"/{bucket}/k?{parameter}={value}")).Expect(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("inline; filename=\"日本.txt\"")]
    [InlineData("inline; filename=\"größe.txt\"")]
    [InlineData("inline; filename=\"€ 😀.txt\"")]
    public async Task Text_in_an_override_is_sent_as_the_bytes_it_came_in(string value)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();

        var got = await server.Root.GetAsync($"/{bucket}/k?response-content-disposition={Uri.EscapeDataString(value)}");

        Assert.Equal(value, got.ExpectOk().Header("Content-Disposition"));
    }

    [Theory]
    [InlineData("deflate, gzip", "deflate, gzip")]
    [InlineData("deflate,gzip", "deflate,gzip")]
    [InlineData("gzip ,  br", "gzip ,  br")]
    [InlineData("aws-chunked, gzip", "gzip")]
    [InlineData("gzip,aws-chunked", "gzip")]
    [InlineData("aws-chunked,deflate,gzip", "deflate, gzip")]
    [InlineData("aws-chunked", null)]
    public async Task A_content_encoding_comes_back_as_it_was_sent_but_for_the_framing(string sent, string? kept)
    {
        var bucket = await server.BucketAsync();

        (await server.Root.PutAsync($"/{bucket}/k", "x"u8.ToArray(), ("Content-Encoding", sent))).ExpectOk();

        using var http = server.Fixture.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, server.Root.Presign("HEAD", $"/{bucket}/k", TimeSpan.FromMinutes(1)));
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(
            kept, response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values) ? values.ToString() : null);
    }
}
