using Holdfast.Core.Catalog;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Server.S3.Buckets;

/// <summary>DeleteObjects (S3 API reference): up to 1000 keys, a result for each; what is not there counts as deleted.</summary>
static class DeleteObjects
{
    // Keys a transaction: few enough that other writers are not kept waiting.
    const int Slice = 100;

    public static async Task HandleAsync(S3Call call)
    {
        var request = DeleteBody.Parse(await S3Body.ReadXmlAsync(call, requiresIntegrity: true));
        var results = new Result[request.Objects.Count];
        for (var at = 0; at < results.Length; at += Slice)
        {
            var (from, end) = (at, Math.Min(at + Slice, results.Length));
            await call.Store.Catalog.WriteAsync(tx => DeleteSliceAsync(tx, call, request, results, from, end), call.Aborted);
        }
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("DeleteResult"u8);
            foreach (var result in results)
            {
                if (result.Refusal is not null)
                    WriteError(ref xml, result);
                else if (!request.IsQuiet)
                    WriteDeleted(ref xml, result);
            }
            xml.Close("DeleteResult"u8);
        });
    }

    static async ValueTask<bool> DeleteSliceAsync(CatalogSession tx, S3Call call, DeleteBody request, Result[] results, int from, int end)
    {
        for (var at = from; at < end; at++)
        {
            var wanted = request.Objects[at];
            try
            {
                var outcome = await DeleteOneAsync(tx, call, wanted);
                results[at] = new Result(wanted, outcome, null);
            }
            catch (StoreException refusal) when (refusal.Error != StoreError.NoSuchBucket)
            {
                results[at] = new Result(wanted, null, refusal);
            }
        }
        return true;
    }

    static ValueTask<DeleteOutcome> DeleteOneAsync(CatalogSession tx, S3Call call, DeleteEntry wanted)
    {
        var condition = wanted.ETag is null && wanted.LastModified is null && wanted.Size is null
            ? ObjectCondition.None
            : new ObjectCondition { ETag = wanted.ETag, LastModified = wanted.LastModified, Size = wanted.Size };
        return ObjectWrites.DeleteAsync(tx, call.Bucket.Id, wanted.Key, VersionRef.Parse(wanted.VersionId), call.Who.Id, condition);
    }

    static void WriteDeleted(ref S3XmlWriter xml, Result result)
    {
        xml.Open("Deleted"u8);
        xml.Utf8("Key"u8, result.Target.Key.Utf8);
        if (result.Target.VersionId is { } version)
            xml.Text("VersionId"u8, version);
        if (result.Outcome is { IsMarker: true } outcome)
        {
            xml.Flag("DeleteMarker"u8, true);
            xml.Text("DeleteMarkerVersionId"u8, outcome.VersionId!);
        }
        xml.Close("Deleted"u8);
    }

    static void WriteError(ref S3XmlWriter xml, Result result)
    {
        xml.Open("Error"u8);
        xml.Utf8("Key"u8, result.Target.Key.Utf8);
        if (result.Target.VersionId is { } version)
            xml.Text("VersionId"u8, version);
        xml.Text("Code"u8, S3Errors.Of(result.Refusal!.Error).Code);
        xml.Text("Message"u8, result.Refusal.Message);
        xml.Close("Error"u8);
    }

    readonly record struct Result(DeleteEntry Target, DeleteOutcome? Outcome, StoreException? Refusal);
}
