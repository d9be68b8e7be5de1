using System.Globalization;
using System.Text;

namespace Holdfast.Server.Hosting.Commands;

/// <summary>The text of <c>--help</c>.</summary>
static class Usage
{
    public static string Text(Verb? verb)
    {
        var text = new StringBuilder();
        if (verb is null)
        {
            text.AppendLine("holdfastd: a content-addressable artifact store").AppendLine();
            text.AppendLine("Usage: holdfastd [VERB] [FLAGS]").AppendLine().AppendLine("Verbs:");
            foreach (var known in Verbs.All.Where(known => !known.IsHidden))
                text.AppendLine(CultureInfo.InvariantCulture, $"  {known.Name,-24}{known.Summary}");
        }
        else
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Usage: holdfastd {verb.Name} [FLAGS]").AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(verb.Summary[0])}{verb.Summary[1..]}.");
        }

        text.AppendLine().AppendLine("Flags:");
        foreach (var flag in Flag.All)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {$"--{flag.Name} {flag.Value}",-24}{flag.Summary}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  {"--help",-24}print this").AppendLine();
        text.AppendLine("Every setting can also stand in the file or in an environment variable: http is HOLDFAST_HTTP,");
        text.AppendLine("s3.region is HOLDFAST_S3_REGION.");
        return text.ToString();
    }
}
