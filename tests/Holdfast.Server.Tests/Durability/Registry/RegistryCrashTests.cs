using Holdfast.TestKit.Durability.Registry;

namespace Holdfast.Server.Tests.Durability.Registry;

/// <summary>
/// HOLDFAST_TEST_REGISTRY_KILL_CYCLES says how often the server is killed, HOLDFAST_TEST_SEED repeats a failure as closely as threads
/// allow.
/// </summary>
[Trait("Suite", "Soak")]
public sealed class RegistryCrashTests
{
    [Fact]
    public async Task Pushes_that_were_acknowledged_survive_kills_and_uploads_go_on_where_they_were()
    {
        using var run = new RegistryCrashRun(await Catalogs.NewAsync(), RunOptions.Seed);

        await run.RunAsync(RunOptions.RegistryKillCycles(3));

        Assert.True(run.Acknowledged > 0);
        Assert.True(run.Resumed > 0);
        TestContext.Current.SendDiagnosticMessage(
            $"seed {RunOptions.Seed}: {run.Acknowledged} acknowledged changes, none lost, {run.Resumed} uploads resumed");
    }

    [Fact]
    public async Task Of_two_nodes_one_outlives_the_other_and_no_push_that_either_acknowledged_is_lost()
    {
        using var run = new RegistryCrashRun(await Catalogs.NewPostgresAsync(), RunOptions.Seed, nodes: 2);

        await run.RunAsync(Math.Max(2, RunOptions.RegistryKillCycles(3) / 4));

        Assert.True(run.Acknowledged > 0);
    }
}
