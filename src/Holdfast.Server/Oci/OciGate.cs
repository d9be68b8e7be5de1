using Holdfast.Core.Access;
using Holdfast.Core.Repositories;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.Oci.Auth;

namespace Holdfast.Server.Oci;

/// <summary>
/// What every request of the OCI door passes before its operation: who asks, which repository, and whether the policy allows it. Nothing
/// of the body is read here, so a refusal comes before "100 Continue".
/// </summary>
public sealed class OciGate(OciStore store, OciAuthentication authentication)
{
    // Said of what is hidden and of what does not exist alike.
    public const string NoCredentials = "no credentials were sent";

    public async Task InvokeAsync(HttpContext context, OciOperation operation, Func<OciCall, Task> handler)
    {
        OciDialect.Stamp(context.Response.Headers);
        var target = RequestTarget.Of(context);
        var call = new OciCall(context, target, operation, store, await AuthenticateAsync(context, target, operation));
        if (target.Repository is { } name)
            await EnterAsync(call, RepositoryName.Parse(name));
        else
            RequireServer(call);
        if (operation.Adds)
            await store.Growth.RequireAsync(call.Aborted);
        await handler(call);
    }

    /// <summary>Credentials that prove nothing are answered with the scope to ask for with better ones.</summary>
    async ValueTask<OciCaller> AuthenticateAsync(HttpContext context, RequestTarget target, OciOperation operation)
    {
        try
        {
            return await authentication.AuthenticateAsync(context);
        }
        catch (StoreException refusal) when (refusal.Error.Class() == StoreErrorClass.Authentication)
        {
            var call = new OciCall(context, target, operation, store, OciCaller.Anonymous);
            if (RepositoryName.TryParse(target.Repository, out var name))
                call.Name = name;
            var error = refusal.Error is StoreError.TokenInvalid or StoreError.TokenExpired ? "invalid_token" : null;
            throw new StoreException(refusal.Error, refusal.Message, refusal)
            {
                Headers = [Challenge.Of(context, error, Challenge.ScopeOf(call), Challenge.MountScopeOf(call))],
            };
        }
    }

    async ValueTask EnterAsync(OciCall call, RepositoryName name)
    {
        call.Name = name;
        var operation = call.Operation;
        var found = await store.Repositories.FindAsync(name.ToString(), call.Aborted);
        if (found is not null)
        {
            call.Repository = found;
            await EnterRepositoryAsync(call, found);
            return;
        }
        // A caller who could not see it anyway is not told that it does not exist.
        if (call.Who.IsAnonymous)
            throw Refused(call, NoCredentials);
        RequireScope(call);
        if (operation.CreatesRepository && store.Options.CreatesOnPush)
        {
            Require(call, Resource.Server, Right.CreateRepository);
            call.Repository = await store.Catalog.WriteAsync(
                tx => RepositoryTable.EnsureAsync(tx, name, call.Who.OrganizationId, call.Who.Id), call.Aborted);
            // Another caller of the organization may have been faster, and owns it then; it may even be a bucket.
            await EnterRepositoryAsync(call, call.Repository);
            return;
        }
        if (!operation.NeedsNoRepository)
            throw new StoreException(StoreError.NoSuchRepository, $"there is no repository {name}")
            {
                Details = [new("name", name.ToString())],
            };
    }

    async ValueTask EnterRepositoryAsync(OciCall call, Repository repository)
    {
        var right = call.Operation.Right;
        if (repository.BucketId is null)
        {
            Require(call, Resource.OfRepository(repository.Owner, repository.OrganizationId, repository.IsPublic), right);
            return;
        }
        var bucket = await store.Buckets.FindAsync(repository.Name.ToString(), call.Aborted) ?? throw RepositoryTable.Gone();
        call.Bucket = bucket;
        var what = new Resource(bucket.Owner, bucket.OrganizationId, bucket.Acl, null, CannedAcl.Private);
        if (call.Operation.ReadsObjects && !store.Policy.Decide(call.Who, right, what).IsAllowed)
            call.IsLimitedToObjects = true;
        else
            Require(call, what, right);
    }

    void RequireServer(OciCall call)
    {
        var isProbe = call.Operation.Right == Right.Pull;
        if (call.Caller is { Token: null, Who.IsAnonymous: true })
            throw Refused(call, NoCredentials);
        if (isProbe)
            RequireScope(call);
        else
            Require(call, Resource.Server, call.Operation.Right);
    }

    void Require(OciCall call, Resource what, Right right)
    {
        var decision = store.Policy.Decide(call.Who, right, what);
        if (!decision.IsAllowed)
            throw Refused(call, call.Who.IsAnonymous ? NoCredentials : decision.Reason);
        // What everybody may read needs no token that says so.
        if (right != Right.Pull || !store.Policy.Decide(Principal.Anonymous, right, what).IsAllowed)
            RequireScope(call);
    }

    static void RequireScope(OciCall call)
    {
        var scope = Challenge.ScopeOf(call);
        if (scope is null || call.Caller.HasScope(scope.Type, scope.Name, call.Operation.Action))
            return;
        throw new StoreException(StoreError.CredentialsMissing, $"the token was not granted {scope}: ask for one that is")
        {
            Headers = [Challenge.Of(call.Http, "insufficient_scope", scope, Challenge.MountScopeOf(call))],
        };
    }

    /// <summary>401 with a challenge where signing in can help, 403 where it cannot (specs/oci.md, "Auth").</summary>
    public static StoreException Refused(OciCall call, string withoutCredentials, string reason) =>
        Refused(call, call.Who.IsAnonymous ? withoutCredentials : reason);

    static StoreException Refused(OciCall call, string reason) => call.Who.IsAnonymous
        ? new StoreException(StoreError.CredentialsMissing, $"authentication is required: {reason}")
        {
            Headers = [Challenge.Of(call.Http, null, Challenge.ScopeOf(call), Challenge.MountScopeOf(call))],
        }
        : new StoreException(StoreError.AccessDenied, $"requested access to the resource is denied: {reason}");
}
