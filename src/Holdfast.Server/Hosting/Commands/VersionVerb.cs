using System.Runtime.InteropServices;
using System.Text.Json;

namespace Holdfast.Server.Hosting.Commands;

/// <summary><c>holdfastd version</c>.</summary>
static class VersionVerb
{
    public static async Task<int> RunAsync(Invocation invocation)
    {
        var facts = new Dictionary<string, string>
        {
            ["version"] = ProgramVersion.Full,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["platform"] = RuntimeInformation.RuntimeIdentifier,
        };
        var text = invocation.Format switch
        {
            "json" => JsonSerializer.Serialize(facts, ReadableJson.Options),
            null or "text" => $"holdfastd {ProgramVersion.Full}",
            var other => throw new UsageException($"--output is '{other}'; allowed: text, json"),
        };
        await invocation.Output.WriteLineAsync(text);
        return 0;
    }
}
