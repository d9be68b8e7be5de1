using System.Globalization;
using System.Text.Json;
using Holdfast.Core.Access;
using Holdfast.Core.Access.Tokens;
using Holdfast.Core.Repositories;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.Oci;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Oci.Auth;

/// <summary>
/// Where clients trade credentials for a token with scopes (Docker registry token authentication; OAuth2 for the POST). What is granted is
/// what of the asked the policy allows; less than asked is no error.
/// </summary>
public sealed class TokenEndpoint(OciStore store, Accounts accounts, BearerTokens tokens, TimeProvider clock)
{
    const int MaxFormBytes = 64 * 1024;

    const int MaxScopes = 64;

    static readonly string[] RepositoryActions = ["pull", "push", "delete"];

    public async Task GetAsync(HttpContext context)
    {
        var query = RequestTarget.Of(context).Query;
        var header = context.Request.Headers.Authorization.ToString();
        var account = header.Length == 0 ? null : BasicCredentials.Find(accounts, header) ?? throw Wrong();
        var refresh = account is not null && query.Find("offline_token") == "true"
            ? await tokens.IssueRefreshAsync(account, context.RequestAborted)
            : null;
        await AnswerAsync(context, account, ScopesOf(query.FindAll("scope")), refresh);
    }

    public async Task PostAsync(HttpContext context)
    {
        var form = await ReadFormAsync(context);
        var (account, refresh) = form.Find("grant_type") switch
        {
            "password" => await ByPasswordAsync(form, context.RequestAborted),
            "refresh_token" => await ByRefreshAsync(form, context.RequestAborted),
            _ => throw new StoreException(StoreError.InvalidRequest, "grant_type is password or refresh_token"),
        };
        await AnswerAsync(context, account, ScopesOf(form.FindAll("scope")), refresh);
    }

    async ValueTask<(Account Account, string? Refresh)> ByPasswordAsync(RequestQuery form, CancellationToken ct)
    {
        var account = BasicCredentials.Find(accounts, form.Find("username") ?? "", form.Find("password") ?? "") ?? throw Wrong();
        return (account, form.Find("access_type") == "offline" ? await tokens.IssueRefreshAsync(account, ct) : null);
    }

    async ValueTask<(Account Account, string? Refresh)> ByRefreshAsync(RequestQuery form, CancellationToken ct)
    {
        var given = form.Find("refresh_token") ?? throw new StoreException(StoreError.InvalidRequest, "refresh_token is missing");
        return (await tokens.ReadRefreshAsync(given, ct), given);
    }

    async Task AnswerAsync(HttpContext context, Account? account, List<TokenScope> asked, string? refresh)
    {
        OciAuthentication.Note(context, account);
        var granted = new List<TokenScope>(asked.Count);
        foreach (var scope in asked)
        {
            if (await GrantAsync(account?.Principal ?? Principal.Anonymous, scope, context.RequestAborted) is { } grant)
                granted.Add(grant);
        }
        var token = await tokens.IssueAccessAsync(account, granted, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("token", token);
        json.WriteString("access_token", token);
        json.WriteNumber("expires_in", (long)BearerTokens.AccessLifetime.TotalSeconds);
        json.WriteString("issued_at", clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteString("scope", string.Join(' ', granted));
        json.WriteString("token_type", "Bearer");
        if (refresh is not null)
            json.WriteString("refresh_token", refresh);
        json.WriteEndObject();
    }

    /// <summary>Null when nothing of it is allowed.</summary>
    async ValueTask<TokenScope?> GrantAsync(Principal who, TokenScope asked, CancellationToken ct)
    {
        // The list shows each caller only what it may read, and so does a mount from wherever the blob is.
        if (asked is { Type: TokenScope.Registry, Name: "catalog" or "mount" })
            return who.IsAnonymous && asked.Name == "mount" ? null : asked with { Actions = ["*"] };
        if (asked.Type != TokenScope.Repository || !RepositoryName.TryParse(asked.Name, out var name))
            return null;
        var found = await store.Repositories.FindAsync(name.ToString(), ct);
        var actions = RepositoryActions.Where(action => asked.Allows(action) && May(who, found, action)).ToList();
        return actions.Count == 0 ? null : asked with { Actions = actions };
    }

    bool May(Principal who, Repository? repository, string action)
    {
        if (repository is null)
            return store.Policy.Decide(who, Right.CreateRepository, Resource.Server).IsAllowed;
        // In a bucket each object is judged by itself when it is asked for.
        if (repository.BucketId is not null && action == "pull")
            return !who.IsAnonymous;
        var right = action switch
        {
            "pull" => Right.Pull,
            "push" => Right.Push,
            _ => Right.DeleteContent,
        };
        var what = Resource.OfRepository(repository.Owner, repository.OrganizationId, repository.IsPublic);
        return store.Policy.Decide(who, right, what).IsAllowed;
    }

    /// <summary>Each parameter may hold several, divided by spaces; what is no scope is not granted.</summary>
    static List<TokenScope> ScopesOf(IEnumerable<string> values)
    {
        var scopes = new List<TokenScope>();
        foreach (var text in values.SelectMany(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (TokenScope.TryParse(text, out var scope) && scopes.Count < MaxScopes)
                scopes.Add(scope);
        }
        return scopes;
    }

    static async ValueTask<RequestQuery> ReadFormAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var buffer = new char[MaxFormBytes + 1];
        var length = await reader.ReadBlockAsync(buffer, context.RequestAborted);
        return length > MaxFormBytes
            ? throw new StoreException(StoreError.EntityTooLarge, $"the form is larger than {MaxFormBytes} characters")
            : RequestQuery.Parse(new string(buffer, 0, length));
    }

    static StoreException Wrong() => new(StoreError.AccessKeyUnknown, "the user name, access key or secret key is wrong");
}
