using Holdfast.Protocol.Http;

namespace Holdfast.Core.Tests.Protocol.Http;

public sealed class RangeHeaderTests
{
    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=2-", 2, 8)]
    [InlineData("bytes=2-4", 2, 3)]
    [InlineData("bytes=5-100", 5, 5)]
    [InlineData("bytes=-3", 7, 3)]
    [InlineData("bytes=-30", 0, 10)]
    [InlineData("Bytes=9-9", 9, 1)]
    [InlineData("bytes=0-99999999999999999999999", 0, 10)]
    public void A_range_inside_is_partial(string header, long offset, long length) =>
        Assert.Equal(new ResolvedRange(RangeKind.Partial, offset, length), RangeHeader.Resolve(header, 10));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=1")]
    [InlineData("bytes=4-2")]
    [InlineData("bytes=40-20")]
    [InlineData("bytes=0-1,3-4")]
    [InlineData("bytes=0--1")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes= 0-1")]
    [InlineData("bytes=0 -1")]
    [InlineData("bytes=0- 1")]
    [InlineData("bytes= -1")]
    [InlineData("items=0-1")]
    [InlineData("bytes=--3")]
    public void What_is_no_single_range_means_everything(string? header) =>
        Assert.Equal(new ResolvedRange(RangeKind.None, 0, 10), RangeHeader.Resolve(header, 10));

    [Theory]
    [InlineData("bytes=10-", 10)]
    [InlineData("bytes=10-20", 10)]
    [InlineData("bytes=-0", 10)]
    [InlineData("bytes=99999999999999999999-", 10)]
    [InlineData("bytes=0-", 0)]
    [InlineData("bytes=0-0", 0)]
    [InlineData("bytes=-0", 0)]
    public void A_start_at_or_after_the_end_cannot_be_satisfied(string header, long size) =>
        Assert.Equal(RangeKind.Unsatisfiable, RangeHeader.Resolve(header, size).Kind);

    [Theory]
    [InlineData("bytes=-5")]
    [InlineData("bytes=x")]
    public void An_empty_object_answers_a_suffix_and_nonsense_whole(string header) =>
        Assert.Equal(new ResolvedRange(RangeKind.None, 0, 0), RangeHeader.Resolve(header, 0));
}
