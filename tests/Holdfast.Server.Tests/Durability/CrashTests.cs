using System.Globalization;
using Holdfast.TestKit.Durability;

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
        var seed = Number("HOLDFAST_TEST_SEED") ?? (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var run = new CrashRun(await Catalogs.NewAsync(), seed);

        await run.RunAsync((int)(Number("HOLDFAST_TEST_KILL_CYCLES") ?? 3));

        Assert.True(run.Acknowledged > 0);
        TestContext.Current.SendDiagnosticMessage($"seed {seed}: {run.Acknowledged} acknowledged writes, none lost");
    }

    static ulong? Number(string variable) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
