using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Core.Access;
using Holdfast.Core.Repositories.Retention;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Server.Admin.Repositories;

/// <summary>Runs a repository's rules of retention now, shows what they removed, and gives it back.</summary>
static class RetentionOperations
{
    const int MaxPage = 1000;
    const int DefaultPage = 100;

    /// <summary>With <c>dry_run=true</c> nothing is changed.</summary>
    public static async Task RunAsync(AdminCall call)
    {
        var repository = await RepositoryRecords.FindAsync(call, Right.ManageRepository);
        call.TakeOnly("dry_run");
        var isDryRun = call.Flag("dry_run");
        var result = await call.Store.Retention.RunAsync(repository, isDryRun, call.Aborted);
        await call.AnswerAsync(new JsonObject
        {
            ["repository"] = repository.Name.ToString(),
            ["dry_run"] = isDryRun,
            ["tags"] = result.Tags,
            ["removed"] = result.Removed,
            ["kept"] = result.Tags - result.Removed,
            ["first"] = new JsonArray([.. result.First.Select(one => (JsonNode)new JsonObject
            {
                ["tag"] = one.Tag,
                ["digest"] = one.Digest.ToString(),
                ["pushed_at"] = AdminCall.Iso(one.PushedAt),
                ["reason"] = one.Reason,
            })]),
        });
    }

    public static async Task ListRemovedAsync(AdminCall call)
    {
        var repository = await RepositoryRecords.FindAsync(call, Right.Pull);
        call.TakeOnly("limit", "after");
        var limit = call.Limit(DefaultPage, MaxPage);
        var after = long.TryParse(call.Query.Find("after") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new StoreException(StoreError.InvalidArgument, "after is the next of an earlier page")
            {
                Details = [new("after", "must be the next of an earlier page")],
            };
        var found = await call.Store.Catalog.ReadAsync(
            tx => RemovedTagTable.ListAsync(tx, repository.Id, after, limit + 1), call.Aborted);
        await call.AnswerAsync(new JsonObject
        {
            ["removed"] = new JsonArray([.. found.Take(limit).Select(one => (JsonNode)new JsonObject
            {
                ["tag"] = one.Name,
                ["digest"] = one.Digest.ToString(),
                ["pushed_at"] = AdminCall.Iso(one.PushedAt),
                ["removed_at"] = AdminCall.Iso(one.RemovedAt),
            })]),
            ["next"] = found.Count > limit ? found[limit - 1].Id.ToString(CultureInfo.InvariantCulture) : null,
        });
    }

    /// <summary>The body names the tag.</summary>
    public static async Task RestoreAsync(AdminCall call)
    {
        var repository = await RepositoryRecords.FindAsync(call, Right.ManageRepository);
        var body = await call.ReadObjectAsync();
        var text = body["tag"] is { } node && node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";
        if (!TagName.TryParse(text, out var tag) || body.Count != 1)
            throw new StoreException(StoreError.InvalidArgument, "the body is an object with the tag to have back")
            {
                Details = [new("tag", "must be the name of a tag")],
            };
        var digest = await call.Store.Catalog.WriteAsync(tx => RemovedTagTable.RestoreAsync(tx, repository.Id, tag), call.Aborted);
        await call.AnswerAsync(new JsonObject { ["tag"] = tag.ToString(), ["digest"] = digest.ToString() });
    }
}
