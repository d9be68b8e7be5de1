using Holdfast.Server.Hosting.Life;
using Holdfast.Server.Hosting.Settings;
using Holdfast.Server.Store;

namespace Holdfast.Server.Hosting.Commands;

/// <summary>
/// The verbs of <c>holdfastd</c>, and the way from what was typed to an exit code: 0, 1 (could not start) or 2 (wrong words or settings).
/// </summary>
static class Verbs
{
    public const int Failed = 1;
    public const int Misused = 2;

    public static readonly IReadOnlyList<Verb> All =
    [
        new("serve", "run the server (the default)", invocation => Serve.RunAsync(invocation.LoadSettings().Settings, invocation.Output)),
        new("config schema", "print the JSON schema of the settings file", ConfigVerbs.SchemaAsync),
        new("config show", "print the settings in effect and where each comes from", ConfigVerbs.ShowAsync),
        new("config check", "check the settings and say what is wrong", ConfigVerbs.CheckAsync),
        new("config docs", "print the documentation of the settings", ConfigVerbs.DocsAsync) { IsHidden = true },
        new("config sample", "print a settings file with everything commented out", ConfigVerbs.SampleAsync) { IsHidden = true },
        new("scrub", "re-hash every stored blob now and mark damaged ones", ScrubVerb.RunAsync),
        new("version", "print the version", VersionVerb.RunAsync),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        try
        {
            var line = CommandLine.Parse(arguments);
            var verb = Find(line.Words);
            if (!line.WantsHelp && line.Words is not ["help", ..])
                return await (verb ?? All[0]).RunAsync(new Invocation(line.Flags, output));
            await output.WriteAsync(Usage.Text(verb));
            return 0;
        }
        catch (UsageException misuse)
        {
            await errors.WriteLineAsync($"holdfastd: {misuse.Message} (holdfastd --help tells more)");
            return Misused;
        }
        catch (SettingsException wrong)
        {
            await errors.WriteLineAsync($"holdfastd: {wrong.Message}");
            return Misused;
        }
        catch (StartException failure)
        {
            await errors.WriteLineAsync($"holdfastd: {failure.Message}");
            return Failed;
        }
    }

    /// <summary>Null: no verb was typed.</summary>
    static Verb? Find(IReadOnlyList<string> words)
    {
        var typed = string.Join(' ', words is ["help", ..] ? words.Skip(1) : words);
        if (typed.Length == 0)
            return null;
        return All.FirstOrDefault(verb => verb.Name == typed) ?? throw Unknown(typed);
    }

    static UsageException Unknown(string typed)
    {
        var known = All.Where(verb => !verb.IsHidden).Select(verb => verb.Name).ToList();
        var hint = SettingNames.Nearest(typed, known) is { } nearest ? $"did you mean {nearest}?" : $"known are {string.Join(", ", known)}";
        return new UsageException($"'{typed}' is not a verb; {hint}");
    }
}
