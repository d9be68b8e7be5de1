using System.Reflection;

namespace Holdfast.Server.Hosting;

/// <summary>The version of this program.</summary>
public static class ProgramVersion
{
    /// <summary><c>0.1.0</c>, with the commit behind a plus sign where the build knew it.</summary>
    public static string Full { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary><c>0.1.0</c>.</summary>
    public static string Short { get; } = Full.Split('+')[0];
}
