using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3;

namespace Holdfast.Core.Tests.Protocol.Http;

public sealed class RequestQueryTests
{
    [Fact]
    public void Names_and_values_are_decoded_once_in_order()
    {
        var query = RequestQuery.Parse("prefix=a%2Fb+c&uploads&max-keys=&x=%252B&&x=2");

        Assert.Equal(5, query.Count);
        Assert.Equal("a/b c", query.Find("prefix"));
        Assert.Equal("", query.Find("uploads"));
        Assert.Equal("", query.Find("max-keys"));
        Assert.Equal("%2B", query.Find("x"));
        Assert.True(query.Has("uploads"));
        Assert.Null(query.Find("Uploads"));
    }

    [Theory]
    [InlineData("a=%")]
    [InlineData("a=%4")]
    [InlineData("%zz")]
    [InlineData("a=%FF")]
    [InlineData("a=%C0%80")]
    public void A_bad_escape_or_encoding_is_refused(string raw) =>
        Assert.Equal(StoreError.InvalidUri, Assert.Throws<StoreException>(() => RequestQuery.Parse(raw)).Error);

    [Fact]
    public void Too_many_parameters_are_refused() =>
        Assert.Throws<StoreException>(() => RequestQuery.Parse(new string('&', 300)));

    [Fact]
    public void Whatever_is_encoded_comes_back() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        text =>
        {
            var valid = text.Get.EnumerateRunes().Aggregate("", (all, rune) => all + rune);
            return RequestQuery.Parse("k=" + UriCoding.Encode(valid)).Find("k") == valid;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_parses_or_is_refused() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        text =>
        {
            try
            {
                return RequestQuery.Parse(text.Get).Count >= 0;
            }
            catch (StoreException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();
}
