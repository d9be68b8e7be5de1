using Holdfast.Core.Access;
using Holdfast.Core.Access.Tokens;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Peers;

namespace Holdfast.Core.Tests.Access.Tokens;

public sealed class BearerTokensTests
{
    static readonly Account Root = new("root-key", "root-secret", new("root-id", "root", "root", 1, true, true));
    static readonly Account Alice = new("alice-key", "alice-secret", new("alice-id", "alice", "alice", 1, false, false));

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_says_again_what_it_was_made_of()
    {
        var clock = new MovableClock();
        await using var test = await TestCatalog.OpenSqliteAsync(clock, Ct);
        using var keys = new SigningKeys(test.Catalog, clock);
        var tokens = new BearerTokens(keys, new Accounts(Root, [Alice]), clock);

        var read = await tokens.ReadAccessAsync(
            await tokens.IssueAccessAsync(Alice, [new("repository", "a/b", ["pull", "push"]), new("registry", "catalog", ["*"])], Ct), Ct);
        var nobodys = await tokens.ReadAccessAsync(await tokens.IssueAccessAsync(null, [], Ct), Ct);

        Assert.Same(Alice, read.Account);
        Assert.True(read.Allows("repository", "a/b", "push"));
        Assert.True(read.Allows("registry", "catalog", "*"));
        Assert.False(read.Allows("repository", "a/b", "delete"));
        Assert.False(read.Allows("repository", "a", "pull"));
        Assert.Null(nobodys.Account);
        Assert.Empty(nobodys.Grants);
    }

    [Fact]
    public Task Tokens_outlive_the_change_of_keys_and_keys_end_with_them_on_sqlite() => CheckRotationAsync(TestCatalog.OpenSqliteAsync);

    [Fact]
    public Task Tokens_outlive_the_change_of_keys_and_keys_end_with_them_on_postgresql()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        return CheckRotationAsync(TestCatalog.OpenPostgresAsync);
    }

    static async Task CheckRotationAsync(Func<TimeProvider?, CancellationToken, ValueTask<TestCatalog>> openAsync)
    {
        var clock = new MovableClock();
        await using var test = await openAsync(clock, Ct);
        using var keys = new SigningKeys(test.Catalog, clock);
        var tokens = new BearerTokens(keys, new Accounts(Root, [Alice]), clock);
        var refresh = await tokens.IssueRefreshAsync(Alice, Ct);
        var first = await keys.NewestAsync(Ct);
        Assert.Same(first, await keys.NewestAsync(Ct));

        clock.Advance(SigningKeys.RotateAfter + TimeSpan.FromSeconds(1));
        var access = await tokens.IssueAccessAsync(Alice, [], Ct);
        Assert.NotEqual(first.Id, (await keys.NewestAsync(Ct)).Id);
        Assert.Same(Alice, await tokens.ReadRefreshAsync(refresh, Ct));
        Assert.Same(Alice, (await tokens.ReadAccessAsync(access, Ct)).Account);

        // Another node knows both from the catalog.
        using var others = new SigningKeys(test.Catalog, clock);
        var elsewhere = new BearerTokens(others, new Accounts(Root, [Alice]), clock);
        Assert.Same(Alice, await elsewhere.ReadRefreshAsync(refresh, Ct));
        Assert.Same(Alice, (await elsewhere.ReadAccessAsync(access, Ct)).Account);

        clock.Advance(BearerTokens.RefreshLifetime + TimeSpan.FromDays(2));
        await tokens.IssueAccessAsync(Alice, [], Ct);
        Assert.Null(await keys.FindAsync(first.Id, Ct));
        await RefusedAsync(async () => await tokens.ReadRefreshAsync(refresh, Ct), StoreError.TokenInvalid);
    }

    [Fact]
    public async Task Nodes_that_start_together_agree_on_one_key()
    {
        var clock = new MovableClock();
        await using var test = await TestCatalog.OpenSqliteAsync(clock, Ct);
        var nodes = Enumerable.Range(0, 6).Select(_ => new SigningKeys(test.Catalog, clock)).ToList();

        var newest = await Task.WhenAll(nodes.Select(async node => (await node.NewestAsync(Ct)).Id));

        Assert.Single(newest.Distinct());
        nodes.ForEach(node => node.Dispose());
    }

    [Fact]
    public async Task A_token_to_refresh_with_ends_with_its_users_secret_and_every_token_with_its_user()
    {
        var clock = new MovableClock();
        await using var test = await TestCatalog.OpenSqliteAsync(clock, Ct);
        using var keys = new SigningKeys(test.Catalog, clock);
        var before = new BearerTokens(keys, new Accounts(Root, [Alice]), clock);
        var (access, refresh) = (await before.IssueAccessAsync(Alice, [], Ct), await before.IssueRefreshAsync(Alice, Ct));

        var changed = new BearerTokens(keys, new Accounts(Root, [Alice with { SecretKey = "another-secret" }]), clock);
        var gone = new BearerTokens(keys, new Accounts(Root, []), clock);

        Assert.NotNull((await changed.ReadAccessAsync(access, Ct)).Account);
        await RefusedAsync(async () => await changed.ReadRefreshAsync(refresh, Ct), StoreError.TokenInvalid);
        await RefusedAsync(async () => await gone.ReadRefreshAsync(refresh, Ct), StoreError.TokenInvalid);
        await RefusedAsync(async () => await gone.ReadAccessAsync(access, Ct), StoreError.TokenInvalid);
        await RefusedAsync(async () => await before.ReadAccessAsync(refresh, Ct), StoreError.TokenInvalid);
        await RefusedAsync(async () => await before.ReadRefreshAsync(access, Ct), StoreError.TokenInvalid);
    }

    [Fact]
    public async Task A_token_is_good_for_its_time_and_a_minute_for_clocks_that_differ()
    {
        var clock = new MovableClock();
        await using var test = await TestCatalog.OpenSqliteAsync(clock, Ct);
        using var keys = new SigningKeys(test.Catalog, clock);
        var tokens = new BearerTokens(keys, new Accounts(Root, [Alice]), clock);
        var token = await tokens.IssueAccessAsync(Alice, [], Ct);

        clock.Advance(TimeSpan.FromSeconds(-59));
        await tokens.ReadAccessAsync(token, Ct);
        clock.Advance(TimeSpan.FromSeconds(-2));
        await RefusedAsync(async () => await tokens.ReadAccessAsync(token, Ct), StoreError.TokenInvalid);
        clock.Advance(TimeSpan.FromSeconds(61) + BearerTokens.AccessLifetime + TimeSpan.FromSeconds(59));
        await tokens.ReadAccessAsync(token, Ct);
        clock.Advance(TimeSpan.FromSeconds(1));
        await RefusedAsync(async () => await tokens.ReadAccessAsync(token, Ct), StoreError.TokenExpired);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("é.é.é")]
    [InlineData("e30.e30.e30")]
    [InlineData("bnVsbA.bnVsbA.bnVsbA")]
    [InlineData("eyJhbGciOiJFUzI1NiIsImtpZCI6IngifQ.e30.")]
    public async Task What_is_no_token_is_refused(string text)
    {
        var clock = new MovableClock();
        await using var test = await TestCatalog.OpenSqliteAsync(clock, Ct);
        using var keys = new SigningKeys(test.Catalog, clock);
        var tokens = new BearerTokens(keys, new Accounts(Root, []), clock);

        await RefusedAsync(async () => await tokens.ReadAccessAsync(text, Ct), StoreError.TokenInvalid);
        await RefusedAsync(async () => await tokens.ReadRefreshAsync(text, Ct), StoreError.TokenInvalid);
    }

    static async Task RefusedAsync(Func<Task> act, StoreError error) =>
        Assert.Equal(error, (await Assert.ThrowsAsync<StoreException>(act)).Error);
}
