using System.Text;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;

namespace Holdfast.Core.Tests.Protocol.S3;

public sealed class NameTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("my.bucket-1")]
    [InlineData("123")]
    [InlineData("1.2.3.4a")]
    public void A_good_bucket_name_is_taken(string text) => Assert.Equal(text, BucketName.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("Abc")]
    [InlineData("a_b")]
    [InlineData("-abc")]
    [InlineData("abc-")]
    [InlineData(".abc")]
    [InlineData("a..b")]
    [InlineData("192.168.5.4")]
    [InlineData("256.1.1.1")]
    [InlineData("xn--abc")]
    [InlineData("sthree-x")]
    [InlineData("amzn-s3-demo-x")]
    [InlineData("abc-s3alias")]
    [InlineData("abc--ol-s3")]
    [InlineData("abc.mrap")]
    [InlineData("abc--x-s3")]
    [InlineData("aéc")]
    [InlineData("a0123456789012345678901234567890123456789012345678901234567890123")]
    public void A_bad_bucket_name_is_refused(string text) =>
        Assert.Equal(StoreError.InvalidBucketName, Assert.Throws<StoreException>(() => BucketName.Parse(text)).Error);

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a+b", "a+b")]
    [InlineData("a%2Bb", "a+b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("../x", "../x")]
    [InlineData("a//b/", "a//b/")]
    [InlineData("%E2%82%AC", "€")]
    [InlineData("%01%7F", "\u0001\u007f")]
    public void A_key_is_decoded_exactly_once(string raw, string key) => Assert.Equal(key, ObjectKey.ParsePath(raw).ToString());

    [Theory]
    [InlineData("a%")]
    [InlineData("a%2")]
    [InlineData("a%g0")]
    [InlineData("%ff")]
    [InlineData("%ED%A0%80")]
    [InlineData("")]
    public void A_key_with_a_bad_escape_or_encoding_is_refused(string raw) =>
        Assert.Equal(StoreError.InvalidUri, Assert.Throws<StoreException>(() => ObjectKey.ParsePath(raw)).Error);

    [Fact]
    public void A_key_has_at_most_1024_bytes_not_characters()
    {
        Assert.Equal(1024, ObjectKey.FromText(new string('é', 512)).Utf8.Length);
        Assert.Equal(StoreError.KeyTooLong, Assert.Throws<StoreException>(() => ObjectKey.FromText(new string('é', 513))).Error);
        Assert.Equal(StoreError.KeyTooLong, Assert.Throws<StoreException>(() => ObjectKey.ParsePath(new string('a', 9000))).Error);
        Assert.Equal(StoreError.InvalidUri, Assert.Throws<StoreException>(() => ObjectKey.FromText("\ud800")).Error);
    }

    [Fact]
    public void Keys_are_ordered_by_bytes_not_by_utf16()
    {
        var high = ObjectKey.FromText("\U0001F600");
        var low = ObjectKey.FromText("\uFF5E");

        Assert.True(low < high);
        Assert.True(string.CompareOrdinal(low.ToString(), high.ToString()) > 0);
        Assert.Equal(ObjectKey.FromText("x"), ObjectKey.FromUtf8(Encoding.UTF8.GetBytes("x")));
    }

    [Fact]
    public void Encoding_follows_the_rules_of_aws()
    {
        Assert.Equal("a%20b%2F%2B%2A~-._%E2%82%AC", UriCoding.Encode("a b/+*~-._€"));
        Assert.Equal("a/b%20c", UriCoding.Encode("a/b c", keepSlash: true));
    }
}
