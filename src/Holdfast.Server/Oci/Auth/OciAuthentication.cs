using Holdfast.Core.Access;
using Holdfast.Core.Access.Tokens;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Observe;

namespace Holdfast.Server.Oci.Auth;

/// <summary>Finds out who asks: Basic credentials, a token of ours, or nobody. No I/O but for a signing key not met before.</summary>
public sealed class OciAuthentication(Accounts accounts, BearerTokens tokens)
{
    const string Bearer = "Bearer ";

    /// <summary>Throws AccessKeyUnknown, TokenInvalid or TokenExpired for credentials that prove nothing.</summary>
    public async ValueTask<OciCaller> AuthenticateAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return OciCaller.Anonymous;
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            var token = await tokens.ReadAccessAsync(header[Bearer.Length..].Trim(), context.RequestAborted);
            Note(context, token.Account);
            return new OciCaller(token.Account?.Principal ?? Principal.Anonymous, token);
        }
        var account = BasicCredentials.Find(accounts, header)
            ?? throw new StoreException(StoreError.AccessKeyUnknown, "the user name, access key or secret key is wrong");
        Note(context, account);
        return new OciCaller(account.Principal, null);
    }

    public static void Note(HttpContext context, Account? account) => RequestRecord.Of(context).AccessKey = account?.AccessKey;
}
