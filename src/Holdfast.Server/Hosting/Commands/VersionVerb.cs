using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Holdfast.Server.Hosting.Commands;

/// <summary><c>holdfastd version</c>.</summary>
static class VersionVerb
{
    /// <summary>The version of this program: <c>0.1.0</c>, with the commit behind a plus sign where the build knew it.</summary>
    public static string Version { get; } =
        typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    public static async Task<int> RunAsync(Invocation invocation)
    {
        var facts = new Dictionary<string, string>
        {
            ["version"] = Version,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["platform"] = RuntimeInformation.RuntimeIdentifier,
        };
        var text = invocation.Format switch
        {
            "json" => JsonSerializer.Serialize(facts, ReadableJson.Options),
            null or "text" => $"holdfastd {Version}",
            var other => throw new UsageException($"--output is '{other}'; allowed: text, json"),
        };
        await invocation.Output.WriteLineAsync(text);
        return 0;
    }
}
