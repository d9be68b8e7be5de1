using System.Security.Cryptography;
using System.Text;
using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.Protocol.S3;
using Holdfast.TestKit.Catalog;

namespace Holdfast.Core.Tests.Objects;

public sealed class UploadListingTests
{
    static readonly string[] Keys = ["a", "a/", "a/b", "a/b/c", "a/c", "a//", "b", "b/a", "c", "é/1", "\U0001F600/x"];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Pages_are_what_a_model_says(int seed)
    {
        await using var test = await TestCatalog.OpenSqliteAsync(null, Ct);
        var bucket = (await test.Catalog.WriteAsync(
            tx => BucketTable.CreateAsync(tx, "uploads", 1, "me", CannedAcl.Private, Pairs.None), Ct))!;
        var random = new Random(seed);
        var begun = new List<(string Key, byte[] Id)>();
        for (var i = 0; i < 25; i++)
            begun.Add(await BeginAsync(test, bucket.Id, Keys[random.Next(Keys.Length)]));
        // A stable sort: uploads of one key stay in the order they were begun in.
        var model = begun.OrderBy(upload => upload.Key, Utf8Order.Instance).ToList();

        foreach (var prefix in new[] { "", "a", "a/", "b", "é", "none" })
        {
            foreach (var delimiter in new[] { "", "/", "//" })
            {
                foreach (var max in new[] { 1, 2, 3, 7, 1000 })
                    await CheckAsync(test, bucket.Id, model, prefix, delimiter, max);
            }
        }
        var none = await test.Catalog.ReadAsync(tx => UploadListing.PageAsync(tx, bucket.Id, [], [], null, null, 0), Ct);
        Assert.Equal((0, 0, false), (none.Uploads.Count, none.Prefixes.Count, none.IsTruncated));
    }

    static async Task CheckAsync(
        TestCatalog test, long bucket, List<(string Key, byte[] Id)> model, string prefix, string delimiter, int max)
    {
        var (uploads, prefixes) = (new List<string>(), new List<string>());
        byte[]? afterKey = null;
        byte[]? afterUpload = null;
        while (true)
        {
            var page = await test.Catalog.ReadAsync(
                tx => UploadListing.PageAsync(tx, bucket, Bytes(prefix), Bytes(delimiter), afterKey, afterUpload, max), Ct);
            uploads.AddRange(page.Uploads.Select(upload => Shown(upload.Key.ToString(), upload.UploadId)));
            prefixes.AddRange(page.Prefixes.Select(Encoding.UTF8.GetString));
            Assert.True(page.Uploads.Count + page.Prefixes.Count == max || !page.IsTruncated);
            Assert.InRange(page.Uploads.Count + page.Prefixes.Count, 0, max);
            if (!page.IsTruncated)
                break;
            (afterKey, afterUpload) = (page.LastKey, page.LastId);
        }

        var matching = model.Where(upload => upload.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        Assert.Equal(matching.Where(upload => Common(upload.Key) is null).Select(upload => Shown(upload.Key, upload.Id)), uploads);
        Assert.Equal(matching.Select(upload => Common(upload.Key)).OfType<string>().Distinct(), prefixes);

        string? Common(string key)
        {
            var at = delimiter.Length == 0 ? -1 : key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            return at < 0 ? null : key[..(at + delimiter.Length)];
        }
    }

    static string Shown(string key, byte[] id) => $"{key} {Convert.ToHexString(id)}";

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static async Task<(string Key, byte[] Id)> BeginAsync(TestCatalog test, long bucket, string key)
    {
        var id = RandomNumberGenerator.GetBytes(16);
        var put = new NewObject(ObjectKey.FromUtf8(Bytes(key)), "me", CannedAcl.Private, default, null, Pairs.None, Pairs.None);
        await test.Catalog.WriteAsync(tx => UploadTable.CreateAsync(tx, id, bucket, put, default, null), Ct);
        return (key, id);
    }
}
