using Holdfast.Core.Access;
using Holdfast.Core.Access.Tokens;
using Holdfast.Protocol.Oci;
using Holdfast.Server.Hosting.Listeners;

namespace Holdfast.Server.Oci.Auth;

/// <summary>The WWW-Authenticate of the door: where a token is to be had, and for what (Docker registry token authentication).</summary>
static class Challenge
{
    /// <summary>The scope whose grant the request needs; null for the version probe.</summary>
    public static TokenScope? ScopeOf(OciCall call) => call.Operation switch
    {
        { Right: Right.ListRepositories } => new TokenScope(TokenScope.Registry, "catalog", ["*"]),
        _ when call.Name == default => null,
        // Clients go on pushing with the token of the first request, and look at what is there with it.
        { Action: "pull" } => new TokenScope(TokenScope.Repository, call.Name.ToString(), ["pull"]),
        { Action: var action } => new TokenScope(TokenScope.Repository, call.Name.ToString(), ["pull", action]),
    };

    /// <summary>
    /// The scope that a mount needs besides: clients that hold one challenge to one token ask for all that it names. Null for all else.
    /// </summary>
    public static TokenScope? MountScopeOf(OciCall call)
    {
        if (call.Operation is not { Name: "StartUpload" } || !call.Query.Has("mount"))
            return null;
        if (call.Query.Find("from") is not { } from)
            return Anywhere;
        return RepositoryName.TryParse(from, out _) ? new TokenScope(TokenScope.Repository, from, ["pull"]) : null;
    }

    /// <summary>What a mount needs that does not say from where.</summary>
    public static TokenScope Anywhere { get; } = new(TokenScope.Registry, "mount", ["*"]);

    /// <param name="error">Why the token that was sent does not do (RFC 6750, section 3.1); null when none was.</param>
    /// <param name="scopes">What to ask for; nulls do not count.</param>
    public static KeyValuePair<string, string> Of(HttpContext context, string? error, params ReadOnlySpan<TokenScope?> scopes)
    {
        var origin = context.RequestServices.GetRequiredService<PublicOrigin>().Of(context);
        var value = $"Bearer realm=\"{origin}/token\",service=\"{BearerTokens.Service}\"";
        var wanted = string.Join(' ', scopes.ToArray().Where(scope => scope is not null));
        if (wanted.Length > 0)
            value += $",scope=\"{wanted}\"";
        if (error is not null)
            value += $",error=\"{error}\"";
        return new("WWW-Authenticate", value);
    }
}
