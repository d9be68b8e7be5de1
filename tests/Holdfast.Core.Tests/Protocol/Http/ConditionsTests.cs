using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Core.Tests.Protocol.Http;

public sealed class ConditionsTests
{
    const string Before = "Sat, 29 Oct 1994 19:43:30 GMT";
    const string Same = "Sat, 29 Oct 1994 19:43:31 GMT";
    const string After = "Sat, 29 Oct 1994 19:43:32 GMT";
    static readonly DateTimeOffset Modified = new(1994, 10, 29, 19, 43, 31, 900, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, null, null, ConditionResult.Proceed)]
    [InlineData("\"abc\"", null, null, null, ConditionResult.Proceed)]
    [InlineData("abc", null, null, null, ConditionResult.Proceed)]
    [InlineData("*", null, null, null, ConditionResult.Proceed)]
    [InlineData("\"x\", W/\"abc\"", null, null, null, ConditionResult.Proceed)]
    [InlineData("\"x\"", null, null, null, ConditionResult.Failed)]
    [InlineData("\"abc\"", null, null, Before, ConditionResult.Proceed)]
    [InlineData("\"x\"", null, null, After, ConditionResult.Failed)]
    [InlineData(null, null, null, Before, ConditionResult.Failed)]
    [InlineData(null, null, null, Same, ConditionResult.Proceed)]
    [InlineData(null, "\"abc\"", null, null, ConditionResult.NotModified)]
    [InlineData(null, "*", null, null, ConditionResult.NotModified)]
    [InlineData(null, "\"abc\"", Before, null, ConditionResult.NotModified)]
    [InlineData(null, "\"x\"", After, null, ConditionResult.Proceed)]
    [InlineData(null, null, Same, null, ConditionResult.NotModified)]
    [InlineData(null, null, After, null, ConditionResult.NotModified)]
    [InlineData(null, null, Before, null, ConditionResult.Proceed)]
    [InlineData(null, null, "yesterday", "never", ConditionResult.Proceed)]
    [InlineData("\"x\"", "\"abc\"", null, null, ConditionResult.Failed)]
    [InlineData("\"abc\"", "\"abc\"", null, null, ConditionResult.NotModified)]
    public void Reads_follow_the_precedence_of_s3(
        string? match, string? noneMatch, string? since, string? unmodified, ConditionResult expected)
    {
        string? Header(string name) => name.Replace("x-amz-copy-source-", "", StringComparison.Ordinal) switch
        {
            "if-match" => match,
            "if-none-match" => noneMatch,
            "if-modified-since" => since,
            "if-unmodified-since" => unmodified,
            _ => null,
        };

        Assert.Equal(expected, Conditions.Read(Header).Evaluate("abc", Modified));
        Assert.Equal(
            expected == ConditionResult.Proceed ? ConditionResult.Proceed : ConditionResult.Failed,
            Conditions.ReadCopySource(Header).EvaluateCopySource("abc", Modified));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("\"abc\"", true)]
    [InlineData("W/\"abc\"", false)]
    [InlineData("\"x\"", false)]
    [InlineData(Same, true)]
    [InlineData(After, false)]
    [InlineData(Before, false)]
    public void If_range_needs_the_same_thing(string? header, bool holds) =>
        Assert.Equal(holds, Conditions.IfRangeHolds(header, "abc", Modified));

    [Fact]
    public void Writes_take_a_star_or_a_tag()
    {
        Assert.Equal(WriteConditionKind.None, WriteCondition.Parse(null, null).Kind);
        Assert.Equal(WriteConditionKind.MustNotExist, WriteCondition.Parse(null, "*").Kind);
        Assert.Equal(WriteConditionKind.MustExist, WriteCondition.Parse("*", null).Kind);
        Assert.Equal(new WriteCondition(WriteConditionKind.MustMatch, "abc"), WriteCondition.Parse("\"abc\"", null));
        Assert.Equal(StoreError.NotImplemented, Assert.Throws<StoreException>(() => WriteCondition.Parse(null, "\"abc\"")).Error);
        Assert.Equal(StoreError.NotImplemented, Assert.Throws<StoreException>(() => WriteCondition.Parse("abc", "*")).Error);
    }

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    [InlineData("Sun, 06 Nov 1994 09:49:37 +01:00")]
    [InlineData("19941106T084937Z")]
    [InlineData("1994-11-06T08:49:37Z")]
    [InlineData("1994-11-06T08:49:37.000Z")]
    [InlineData("1994-11-06T10:49:37+02:00")]
    public void Every_form_of_a_date_is_read(string text)
    {
        Assert.True(HttpDate.TryParse(text, out var time));
        Assert.Equal(new DateTimeOffset(1994, 11, 6, 8, 49, 37, TimeSpan.Zero), time);
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.Format(time));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Sun, 31 Feb 1994 08:49:37 GMT")]
    [InlineData("784111777")]
    public void What_is_no_date_is_not_read(string? text) => Assert.False(HttpDate.TryParse(text, out _));
}
