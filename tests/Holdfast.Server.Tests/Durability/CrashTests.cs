using Holdfast.TestKit.Durability;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Durability;

/// <summary>
/// HOLDFAST_TEST_KILL_CYCLES says how often the server is killed, HOLDFAST_TEST_SEED repeats a failure as closely as threads allow.
/// </summary>
[Trait("Suite", "Soak")]
public sealed class CrashTests
{
    [Fact]
    public async Task What_was_acknowledged_survives_kills_and_nothing_else_is_visible()
    {
        var seed = RunOptions.Seed;
        using var run = new CrashRun(await Catalogs.NewAsync(), seed);

        await run.RunAsync(RunOptions.KillCycles(3));

        Assert.True(run.Acknowledged > 0);
        TestContext.Current.SendDiagnosticMessage($"seed {seed}: {run.Acknowledged} acknowledged writes, none lost");
    }

    [Fact]
    public async Task No_version_that_was_acknowledged_is_lost_by_kills()
    {
        using var run = new CrashRun(await Catalogs.NewAsync(), RunOptions.Seed, isVersioned: true);

        await run.RunAsync(Math.Max(2, RunOptions.KillCycles(3) / 4));

        Assert.True(run.Acknowledged > 0);
    }

    [Fact]
    public async Task Of_two_nodes_one_outlives_the_other_and_nothing_acknowledged_by_either_is_lost()
    {
        using var run = new CrashRun(await Catalogs.NewPostgresAsync(), RunOptions.Seed, nodes: 2);

        await run.RunAsync(Math.Max(2, RunOptions.KillCycles(3) / 4));

        Assert.True(run.Acknowledged > 0);
    }

    [Fact]
    public async Task What_was_acknowledged_on_a_disk_that_fails_now_and_then_survives_kills()
    {
        Assert.SkipUnless(
            HoldfastProcess.CanBeFaulty, "strace is not installed (scripts/install-peers.sh does it), so no call can be made to fail");
        using var run = new CrashRun("sqlite", RunOptions.Seed, isDiskFaulty: true);

        await run.RunAsync(Math.Max(2, RunOptions.KillCycles(3) / 4));

        Assert.True(run.Acknowledged > 0);
        Assert.True(run.Refused > 0);
    }
}
