using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Protocol.Oci;

/// <summary>
/// What a token is asked for or grants: <c>repository:NAME:pull,push</c> or <c>registry:catalog:*</c> (Docker registry token
/// authentication, "Token scope"). A class in brackets behind the type is dropped.
/// </summary>
public sealed record TokenScope(string Type, string Name, IReadOnlyList<string> Actions)
{
    public const string Repository = "repository";
    public const string Registry = "registry";

    public static bool TryParse(string text, [NotNullWhen(true)] out TokenScope? scope)
    {
        scope = null;
        // The name may hold colons: a host with a port.
        var (first, last) = (text.IndexOf(':', StringComparison.Ordinal), text.LastIndexOf(':'));
        if (first <= 0 || last <= first + 1)
            return false;
        var type = text[..first];
        if (type.EndsWith(')') && type.IndexOf('(', StringComparison.Ordinal) is var bracket and > 0)
            type = type[..bracket];
        var actions = text[(last + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        scope = new TokenScope(type, text[(first + 1)..last], actions);
        return true;
    }

    public bool Allows(string action) => Actions.Contains(action, StringComparer.Ordinal) || Actions.Contains("*", StringComparer.Ordinal);

    public override string ToString() => $"{Type}:{Name}:{string.Join(',', Actions)}";
}
