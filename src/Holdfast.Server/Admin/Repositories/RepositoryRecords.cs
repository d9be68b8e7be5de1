using System.Text.Json.Nodes;
using Holdfast.Core.Access;
using Holdfast.Core.Catalog;
using Holdfast.Core.Objects;
using Holdfast.Core.Repositories;
using Holdfast.Core.Repositories.Retention;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Server.Admin.Repositories;

/// <summary>List, get, create, change and delete repositories.</summary>
static class RepositoryRecords
{
    const int MaxPage = 1000;
    const int DefaultPage = 100;

    public static async Task ListAsync(AdminCall call)
    {
        call.TakeOnly("limit", "after");
        var limit = call.Limit(DefaultPage, MaxPage);
        var after = call.Query.Find("after") ?? "";
        var found = await call.Store.Catalog.ReadAsync(tx => ListAsync(tx, call.Who, after, limit + 1), call.Aborted);
        var next = found.Count > limit ? found[limit - 1].Name.ToString() : null;
        await call.AnswerAsync(new JsonObject
        {
            ["repositories"] = new JsonArray([.. found.Take(limit).Select(Describe)]),
            ["next"] = next,
        });
    }

    public static async Task GetAsync(AdminCall call) => await call.AnswerAsync(Describe(await FindAsync(call, Right.Pull)));

    public static async Task CreateAsync(AdminCall call)
    {
        var name = RepositoryName.Parse(call.Route("name"));
        call.Require(Right.CreateRepository, Resource.Server);
        await call.Store.Growth.RequireAsync(call.Aborted);
        var known = await call.Store.Catalog.ReadAsync(tx => RepositoryTable.FindAsync(tx, name.ToString()), call.Aborted);
        var repository = known ?? await call.Store.Catalog.WriteAsync(
            tx => RepositoryTable.EnsureAsync(tx, name, call.Who.OrganizationId, call.Who.Id), call.Aborted);
        await RequireAsync(call, repository, Right.ManageRepository);
        await call.AnswerAsync(Describe(repository), known is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    public static async Task PatchAsync(AdminCall call)
    {
        var repository = await FindAsync(call, Right.ManageRepository);
        var changes = await call.ReadObjectAsync();
        var changed = await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                var patched = RepositoryPatch.Apply(await RepositoryTable.LockAsync(tx, repository.Id), changes);
                await RepositoryTable.SetAsync(tx, patched);
                return patched;
            },
            call.Aborted);
        await call.AnswerAsync(Describe(changed));
    }

    public static async Task DeleteAsync(AdminCall call)
    {
        var repository = await FindAsync(call, Right.ManageRepository);
        call.TakeOnly();
        if (repository.BucketId is not null)
            throw new StoreException(StoreError.ContentInUse, $"{repository.Name} is a bucket: delete the bucket");
        await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                await RepositoryTable.BuryAsync(tx, repository);
                return true;
            },
            call.Aborted);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>The repository of the path, where the caller has the right. Throws NoSuchRepository or AccessDenied.</summary>
    public static async ValueTask<Repository> FindAsync(AdminCall call, Right right)
    {
        var name = RepositoryName.Parse(call.Route("name"));
        var repository = await call.Store.Catalog.ReadAsync(tx => RepositoryTable.FindAsync(tx, name.ToString()), call.Aborted)
            ?? throw new StoreException(StoreError.NoSuchRepository, $"there is no repository {name}");
        await RequireAsync(call, repository, right);
        return repository;
    }

    static async ValueTask RequireAsync(AdminCall call, Repository repository, Right right)
    {
        var bucket = repository.BucketId is null
            ? null
            : await call.Store.Catalog.ReadAsync(tx => BucketTable.FindAsync(tx, repository.Name.ToString()), call.Aborted);
        call.Require(right, bucket is null
            ? Resource.OfRepository(repository.Owner, repository.OrganizationId, repository.IsPublic)
            : new Resource(bucket.Owner, bucket.OrganizationId, bucket.Acl, null, CannedAcl.Private));
    }

    static ValueTask<List<Repository>> ListAsync(CatalogSession tx, Principal who, string after, int limit) => who.IsRoot
        ? RepositoryTable.ListAsync(tx, after, limit)
        : RepositoryTable.ListReadableAsync(tx, after, who.OrganizationId, who.Id, who.IsOrganizationOwner, limit);

    static JsonNode Describe(Repository repository) => new JsonObject
    {
        ["name"] = repository.Name.ToString(),
        ["owner"] = repository.Owner,
        ["created_at"] = AdminCall.Iso(repository.CreatedAt),
        ["is_bucket"] = repository.BucketId is not null,
        ["public"] = repository.IsPublic,
        ["description"] = repository.Description,
        ["immutable_tags"] = new JsonArray([.. repository.ImmutableTags.Select(pattern => (JsonNode)pattern)]),
        ["untagged_age"] = (long?)repository.UntaggedAge?.TotalSeconds,
        ["dangling_age"] = (long?)repository.DanglingAge?.TotalSeconds,
        ["retention"] = RetentionRules.ToJson(repository.Retention),
    };
}
