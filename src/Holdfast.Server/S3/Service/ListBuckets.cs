using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.Protocol.S3.Xml;
using Holdfast.Server.S3.Listing;

namespace Holdfast.Server.S3.Service;

/// <summary>
/// ListBuckets (S3 API reference): the caller's own, all for root; paged by max-buckets and continuation-token, filtered by prefix and
/// bucket-region.
/// </summary>
static class ListBuckets
{
    const int MaxPage = 10_000;
    const int ReadSize = 1000;

    public static async Task HandleAsync(S3Call call)
    {
        var prefix = call.Query.Find("prefix") ?? "";
        var max = Max(call);
        var after = call.Query.Find("continuation-token") is { Length: > 0 } token
            ? System.Text.Encoding.UTF8.GetString(ContinuationToken.Parse(token))
            : "";
        // All buckets are in the server's region.
        var isElsewhere = call.Query.Find("bucket-region") is { Length: > 0 } region && region != call.Store.Options.Region;
        var (buckets, isTruncated) = isElsewhere
            ? ([], false)
            : await call.Store.Catalog.ReadAsync(tx => PageAsync(tx, call, prefix, after, max), call.Aborted);
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("ListAllMyBucketsResult"u8);
            OwnerElements.Write(ref xml, "Owner"u8, call.Store.Accounts, call.Who.Id);
            xml.Open("Buckets"u8);
            foreach (var bucket in buckets)
                WriteBucket(call, ref xml, bucket);
            xml.Close("Buckets"u8);
            if (isTruncated)
                xml.Text("ContinuationToken"u8, ContinuationToken.Format(System.Text.Encoding.UTF8.GetBytes(buckets[^1].Name)));
            if (prefix.Length > 0)
                xml.Text("Prefix"u8, prefix);
            xml.Close("ListAllMyBucketsResult"u8);
        });
    }

    static int Max(S3Call call)
    {
        if (call.Query.Find("max-buckets") is not { Length: > 0 } text)
            return MaxPage;
        return int.TryParse(text, out var max) && max is >= 1 and <= MaxPage
            ? max
            : throw ListingQuery.Invalid("max-buckets", text, $"max-buckets must be a number from 1 to {MaxPage}");
    }

    static async ValueTask<(List<Bucket> Buckets, bool IsTruncated)> PageAsync(
        Core.Catalog.CatalogSession tx,
        S3Call call,
        string prefix,
        string after,
        int max)
    {
        var found = new List<Bucket>();
        var behind = after.Length == 0 ? "" : after + "\0";
        var from = string.CompareOrdinal(behind, prefix) > 0 ? behind : prefix;
        while (true)
        {
            var batch = await BucketTable.ListAsync(tx, from, ReadSize);
            foreach (var bucket in batch)
            {
                if (!bucket.Name.StartsWith(prefix, StringComparison.Ordinal))
                    return (found, false);
                if (!IsShown(call, bucket))
                    continue;
                if (found.Count == max)
                    return (found, true);
                found.Add(bucket);
            }
            if (batch.Count < ReadSize)
                return (found, false);
            from = batch[^1].Name + "\0";
        }
    }

    static bool IsShown(S3Call call, Bucket bucket) =>
        bucket.Owner == call.Who.Id
        || call.Who.IsRoot
        || (call.Who.IsOrganizationOwner && call.Who.OrganizationId == bucket.OrganizationId)
        || (call.Who.IsAnonymous && call.May(Right.ListBuckets));

    static void WriteBucket(S3Call call, ref S3XmlWriter xml, Bucket bucket)
    {
        xml.Open("Bucket"u8);
        xml.Text("Name"u8, bucket.Name);
        xml.Time("CreationDate"u8, bucket.CreatedAt);
        xml.Text("BucketRegion"u8, call.Store.Options.Region);
        xml.Close("Bucket"u8);
    }
}
