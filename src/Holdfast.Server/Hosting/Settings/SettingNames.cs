namespace Holdfast.Server.Hosting.Settings;

/// <summary>Finds the name that was meant.</summary>
public static class SettingNames
{
    /// <summary>The refusal of a name that does not exist, with the nearest one that does.</summary>
    public static SettingsException Unknown(string name, string origin, IEnumerable<string> known)
    {
        var names = known.ToList();
        var hint = Nearest(name, names) is { } nearest ? $"; did you mean {nearest}?" : $"; known are {string.Join(", ", names)}";
        return new SettingsException($"{name} ({origin}) is not a setting{hint}");
    }

    /// <summary>The known name with the fewest edits between, when they are few enough to be a slip of the hand; otherwise null.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var best = known.Select(candidate => (candidate, edits: Edits(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(pair => pair.edits)
            .FirstOrDefault();
        return best.candidate is not null && best.edits <= Math.Clamp((name.Length + 2) / 3, 1, 3) ? best.candidate : null;
    }

    /// <summary>Insertions, removals and replacements that turn one text into the other (Levenshtein).</summary>
    static int Edits(string from, string to)
    {
        var row = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
            row[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[to.Length];
    }
}
