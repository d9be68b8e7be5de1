using System.Net;
using Holdfast.Protocol;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Server.Tests.S3;

public sealed class DamageTests(S3Server server) : IClassFixture<S3Server>
{
    [Fact]
    public async Task Damaged_bytes_are_never_served_and_the_next_upload_heals()
    {
        var bucket = await server.BucketAsync();
        var content = TestBytes.Of(200_000, 77);
        (await server.Root.PutAsync($"/{bucket}/k", content)).ExpectOk();
        await FlipAsync(content, 150_000);

        await AssertNotServedAsync($"/{bucket}/k", content);
        (await server.Root.PutAsync($"/{bucket}/again", content)).ExpectOk();

        Assert.Equal(content, (await server.Root.GetAsync($"/{bucket}/k")).ExpectOk().Body);
        Assert.Equal(content, (await server.Root.GetAsync($"/{bucket}/again")).ExpectOk().Body);
    }

    [Fact]
    public async Task A_range_beside_the_damage_is_served_and_one_over_it_is_not()
    {
        var bucket = await server.BucketAsync();
        var content = TestBytes.Of(200_000, 78);
        (await server.Root.PutAsync($"/{bucket}/k", content)).ExpectOk();
        await FlipAsync(content, 10);

        var over = await server.Root.GetAsync($"/{bucket}/k", ("Range", "bytes=0-99"));

        over.Expect(HttpStatusCode.InternalServerError, "InternalError");
    }

    // The length is announced before the damage is met: the connection is broken, so that no client takes it for the whole.
    async Task AssertNotServedAsync(string target, byte[] content)
    {
        try
        {
            var got = await server.Root.GetAsync(target);
            Assert.NotEqual(HttpStatusCode.OK, got.Status);
        }
        catch (HttpRequestException)
        {
            // The break.
        }

        var deadline = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30))
        {
            try
            {
                if ((await server.Root.GetAsync(target)).Status == HttpStatusCode.InternalServerError)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not marked yet.
            }
        }
        Assert.Fail($"the blob of {content.Length} bytes is not marked as damaged");
    }

    async Task FlipAsync(byte[] content, int at)
    {
        var name = Digest.Of(content).Hex;
        var file = Directory.EnumerateFiles(
            Path.Combine(server.Fixture.DataDirectory, "blobs"), name + "*", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[at] ^= 0x40;
        // Blobs cannot be written to, so the file is put in the place of the old one.
        File.Delete(file);
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
    }
}
