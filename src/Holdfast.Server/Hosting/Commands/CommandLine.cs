using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Hosting.Commands;

/// <summary>What was typed: the words, and the flags with their values.</summary>
sealed record CommandLine(IReadOnlyList<string> Words, IReadOnlyDictionary<string, string> Flags, bool WantsHelp)
{
    /// <exception cref="UsageException">A flag is unknown, has no value, or came twice.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var words = new List<string>();
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        var help = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument is "--help" or "-h" or "-?")
                help = true;
            else if (!argument.StartsWith('-') || argument.Length == 1)
                words.Add(argument);
            else
                TakeFlag(arguments, ref i, flags);
        }

        return new CommandLine(words, flags, help);
    }

    static void TakeFlag(IReadOnlyList<string> arguments, ref int at, Dictionary<string, string> flags)
    {
        var argument = arguments[at];
        var equals = argument.IndexOf('=');
        var typed = equals < 0 ? argument : argument[..equals];
        var name = typed == "-o" ? "output" : typed.StartsWith("--", StringComparison.Ordinal) ? typed[2..] : "";
        if (!Flag.All.Any(flag => flag.Name == name))
            throw Unknown(typed);
        if (equals < 0 && at + 1 >= arguments.Count)
            throw new UsageException($"the flag {typed} needs a value");
        if (!flags.TryAdd(name, equals < 0 ? arguments[++at] : argument[(equals + 1)..]))
            throw new UsageException($"the flag {typed} is given twice");
    }

    static UsageException Unknown(string typed)
    {
        var known = Flag.All.Select(flag => $"--{flag.Name}").Append("--help").ToList();
        var hint = SettingNames.Nearest(typed, known) is { } nearest ? $"did you mean {nearest}?" : $"known are {string.Join(", ", known)}";
        return new UsageException($"{typed} is not a flag; {hint}");
    }
}
