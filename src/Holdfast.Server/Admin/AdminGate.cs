using Holdfast.Core.Access;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Observe;

namespace Holdfast.Server.Admin;

/// <summary>What every admin request passes first: HTTP Basic with access key and secret key.</summary>
public sealed class AdminGate(AdminStore store)
{
    public Task InvokeAsync(HttpContext context, Func<AdminCall, Task> handler)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            throw new StoreException(
                StoreError.CredentialsMissing, "the admin API needs HTTP Basic credentials: access key and secret key");
        var account = BasicCredentials.Find(store.Accounts, header)
            ?? throw new StoreException(StoreError.AccessKeyUnknown, "the access key or the secret key is wrong");
        RequestRecord.Of(context).AccessKey = account.AccessKey;
        return handler(new AdminCall(context, store, account.Principal));
    }
}
