using System.Text.Json.Nodes;
using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Admin;

/// <summary>
/// DELETE of a bucket. With <c>recursive=true</c> it is emptied first; what takes longer than one request goes on with the next, also after
/// a restart, and until then the bucket takes no new objects. <c>dry_run=true</c> only counts.
/// </summary>
static class BucketDeletion
{
    static readonly TimeSpan WorkPerRequest = TimeSpan.FromSeconds(20);

    public static async Task HandleAsync(AdminCall call)
    {
        var bucket = await call.BucketAsync(Right.ManageBucket);
        call.TakeOnly("recursive", "dry_run");
        var (isRecursive, isDryRun) = (call.Flag("recursive"), call.Flag("dry_run"));
        if (isDryRun)
        {
            var contents = await call.Store.Catalog.ReadAsync(tx => BucketEmptying.CountAsync(tx, bucket.Id), call.Aborted);
            var isDeletable = isRecursive || contents.Versions == 0;
            await call.AnswerAsync(Describe(bucket, contents, isDeleted: false, isDryRun: true, isDeletable));
            return;
        }
        var removed = isRecursive ? await EmptyAsync(call, bucket) : new BucketContents(0, 0);
        try
        {
            await call.Store.Catalog.WriteAsync(
                async tx =>
                {
                    await BucketTable.DeleteAsync(tx, bucket);
                    return true;
                },
                call.Aborted);
        }
        catch (StoreException refusal) when (isRecursive && refusal.Error == StoreError.BucketNotEmpty)
        {
            call.Http.Response.Headers.RetryAfter = "0";
            await call.AnswerAsync(Describe(bucket, removed, isDeleted: false, isDryRun: false, true), StatusCodes.Status202Accepted);
            return;
        }
        await call.AnswerAsync(Describe(bucket, removed, isDeleted: true, isDryRun: false, true));
    }

    static async ValueTask<BucketContents> EmptyAsync(AdminCall call, Bucket bucket)
    {
        var started = call.Store.Clock.GetTimestamp();
        var removed = new BucketContents(0, 0);
        while (call.Store.Clock.GetElapsedTime(started) < WorkPerRequest)
        {
            var step = await call.Store.Catalog.WriteAsync(tx => BucketEmptying.StepAsync(tx, bucket.Id), call.Aborted);
            if (step.Versions == 0)
                break;
            removed = new BucketContents(removed.Versions + step.Versions, removed.Bytes + step.Bytes);
        }
        return removed;
    }

    static JsonObject Describe(Bucket bucket, BucketContents contents, bool isDeleted, bool isDryRun, bool isDeletable) => new()
    {
        ["bucket"] = bucket.Name,
        ["deleted"] = isDeleted,
        ["dry_run"] = isDryRun,
        ["deletable"] = isDeletable,
        ["versions"] = contents.Versions,
        ["bytes"] = contents.Bytes,
    };
}
