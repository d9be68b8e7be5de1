using System.Globalization;

namespace Holdfast.Server.Tests.Durability;

/// <summary>How long the long tests are, and what they begin with.</summary>
static class RunOptions
{
    static readonly ulong Now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>HOLDFAST_TEST_SEED, else one of this run.</summary>
    public static ulong Seed => Number("HOLDFAST_TEST_SEED") ?? Now;

    /// <summary>HOLDFAST_TEST_KILL_CYCLES.</summary>
    public static int KillCycles(int otherwise) => (int)(Number("HOLDFAST_TEST_KILL_CYCLES") ?? (ulong)otherwise);

    /// <summary>HOLDFAST_TEST_REGISTRY_KILL_CYCLES.</summary>
    public static int RegistryKillCycles(int otherwise) => (int)(Number("HOLDFAST_TEST_REGISTRY_KILL_CYCLES") ?? (ulong)otherwise);

    /// <summary>HOLDFAST_TEST_OPERATIONS.</summary>
    public static int Operations(int otherwise) => (int)(Number("HOLDFAST_TEST_OPERATIONS") ?? (ulong)otherwise);

    static ulong? Number(string variable) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
