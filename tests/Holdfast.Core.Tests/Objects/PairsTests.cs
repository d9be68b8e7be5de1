using Holdfast.Core.Objects;

namespace Holdfast.Core.Tests.Objects;

public sealed class PairsTests
{
    [Fact]
    public void Names_and_values_of_any_length_come_back_in_order()
    {
        List<KeyValuePair<string, string>> pairs =
        [
            new("a", ""), new("a", "again"), new("ü\u00FF", new string('v', 300)), new("", new string('w', 70_000)),
        ];

        Assert.Equal(pairs, Pairs.Decode(Pairs.Encode(pairs)));
    }

    [Fact]
    public void No_pairs_are_no_column()
    {
        Assert.Null(Pairs.Encode(Pairs.None));
        Assert.Empty(Pairs.Decode(null));
    }
}
