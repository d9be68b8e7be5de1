using System.Text;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The names of environment variables that carry settings, and of those that begin alike but carry none.</summary>
public static class EnvironmentNames
{
    public const string Prefix = "HOLDFAST_";

    /// <summary>Names the settings file, like <c>--config</c>.</summary>
    public const string ConfigFile = "HOLDFAST_CONFIG";

    /// <summary><c>s3.maxPutBytes</c> is <c>HOLDFAST_S3_MAX_PUT_BYTES</c>.</summary>
    public static string Of(string path)
    {
        var name = new StringBuilder(Prefix);
        for (var i = 0; i < path.Length; i++)
        {
            if (char.IsAsciiLetterUpper(path[i]))
                name.Append('_');
            name.Append(path[i] == '.' ? '_' : char.ToUpperInvariant(path[i]));
        }

        return name.ToString();
    }

    /// <summary>
    /// Variables that are no settings and stop nothing: the file's name, those of tests and of the client, and those that Kubernetes
    /// puts into every container beside a service called <c>holdfast</c>.
    /// </summary>
    public static bool IsForeign(string name) =>
        name is ConfigFile or "HOLDFAST_PORT"
        || name.StartsWith("HOLDFAST_TEST_", StringComparison.Ordinal)
        || name.StartsWith("HOLDFAST_BENCH_", StringComparison.Ordinal)
        || name.StartsWith("HOLDFAST_CLI_", StringComparison.Ordinal)
        || name.StartsWith("HOLDFAST_PORT_", StringComparison.Ordinal)
        || name.StartsWith("HOLDFAST_SERVICE_", StringComparison.Ordinal);
}
