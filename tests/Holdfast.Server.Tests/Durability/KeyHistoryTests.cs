using Holdfast.TestKit.Durability;

namespace Holdfast.Server.Tests.Durability;

/// <summary>The judge of the crash tests must itself notice what it is there for.</summary>
public sealed class KeyHistoryTests
{
    readonly KeyHistory _history = new("k");

    [Fact]
    public void An_acknowledged_write_that_is_not_read_is_noticed()
    {
        Do(Put("a", null, KeyOutcome.Done));
        Do(Get(null));

        Assert.NotNull(_history.FindContradiction(KeyState.Absent));
    }

    [Fact]
    public void A_write_without_an_answer_may_have_happened_or_not()
    {
        Do(Put("a", null, KeyOutcome.Done));
        Do(Put("b", null, KeyOutcome.Unknown));
        Do(Get("a"));
        Do(Get("b"));

        Assert.Null(_history.FindContradiction(KeyState.Absent));
    }

    [Fact]
    public void A_write_without_an_answer_that_was_seen_does_not_vanish_again()
    {
        Do(Put("a", null, KeyOutcome.Done));
        Do(Put("b", null, KeyOutcome.Unknown));
        Do(Get("b"));
        Do(Get("a"));

        Assert.NotNull(_history.FindContradiction(KeyState.Absent));
    }

    [Fact]
    public void Two_winners_of_one_condition_are_noticed()
    {
        var (first, second) = (_history.Begin(), _history.Begin());
        first.End(Put("a", KeyState.Absent, KeyOutcome.Done));
        second.End(Put("b", KeyState.Absent, KeyOutcome.Done));

        Assert.NotNull(_history.FindContradiction(KeyState.Absent));
    }

    [Fact]
    public void A_winner_beside_a_loser_is_well_in_either_order_of_answers()
    {
        var (first, second) = (_history.Begin(), _history.Begin());
        first.End(Put("a", KeyState.Absent, KeyOutcome.Refused));
        second.End(Put("b", KeyState.Absent, KeyOutcome.Done));
        Do(Get("b"));

        Assert.Null(_history.FindContradiction(KeyState.Absent));
    }

    [Fact]
    public void A_refusal_without_a_reason_is_noticed()
    {
        Do(Put("a", KeyState.Absent, KeyOutcome.Refused));

        Assert.NotNull(_history.FindContradiction(KeyState.Absent));
    }

    static KeyOperation Put(string etag, KeyState? expects, KeyOutcome outcome) => new("PUT", expects, new KeyState(etag), outcome);

    static KeyOperation Get(string? etag) => new("GET", new KeyState(etag), null, KeyOutcome.Done);

    void Do(KeyOperation operation) => _history.Begin().End(operation);
}
