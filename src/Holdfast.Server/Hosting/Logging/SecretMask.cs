using System.Text;

namespace Holdfast.Server.Hosting.Logging;

/// <summary>Takes out of a target what would let a reader of the log act as the caller.</summary>
static class SecretMask
{
    static readonly string[] SecretWords = ["signature", "token", "secret", "password"];

    /// <summary>The target with the values of secret parameters replaced by <c>***</c>; the same instance when there are none.</summary>
    public static string Apply(string target)
    {
        var mark = target.IndexOf('?');
        if (mark < 0 || (!IsSecret(target.AsSpan(mark)) && !target.AsSpan(mark).Contains('%')))
            return target;
        var query = target.AsSpan(mark + 1);
        var masked = new StringBuilder(target.Length).Append(target, 0, mark);
        var separator = '?';
        foreach (var part in query.Split('&'))
        {
            var parameter = query[part];
            var equals = parameter.IndexOf('=');
            masked.Append(separator);
            if (equals >= 0 && IsSecret(Uri.UnescapeDataString(parameter[..equals])))
                masked.Append(parameter[..(equals + 1)]).Append("***");
            else
                masked.Append(parameter);
            separator = '&';
        }

        return masked.ToString();
    }

    static bool IsSecret(ReadOnlySpan<char> text)
    {
        foreach (var word in SecretWords)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
