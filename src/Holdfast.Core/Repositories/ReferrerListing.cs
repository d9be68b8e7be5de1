using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>Which referrers are wanted: of a type (null: any), behind a digest's bytes, at most so many.</summary>
public sealed record ReferrerQuery(string? ArtifactType, byte[] After, int Limit);

/// <summary>A page of referrers in digest order, and behind which of them the next begins; null: there are no more.</summary>
public sealed record ReferrerPage(List<Referrer> Referrers, ContentName? Next);

/// <summary>
/// Lists what refers to a subject: manifests that name it, and those that clients without the API keep in an index under the fallback tag
/// (distribution-spec, "Referrers tag schema").
/// </summary>
public static class ReferrerListing
{
    // Rows looked at by one transaction, where a filter leaves few of them.
    const int Stride = 100;

    // Rows that one request looks at when a filter leaves few of them; the next page goes on behind them.
    const int MaxExamined = 5000;

    // What the descriptors of one page may come to: clients read it as a manifest, 4 MiB at most.
    const int MaxPageBytes = 2 << 20;

    public static async ValueTask<ReferrerPage> PageAsync(
        Catalog.Catalog catalog, ContentReads reads, long repository, ContentName subject, ReferrerQuery query, CancellationToken ct)
    {
        var (names, fallback) = await catalog.ReadAsync(
            async tx => (await NamesAsync(tx, subject), await ManifestTable.FindAsync(tx, repository, TagName.Parse(subject.FallbackTag))),
            ct);
        var old = fallback is null ? [] : await EntriesAsync(reads, fallback, ct);
        var page = new ReferrerPage([], null);
        ContentName? last = null;
        var examined = 0;
        for (var (after, bytes) = (query.After, 0L); ; examined += Stride)
        {
            if (examined >= MaxExamined)
                return page with { Next = last };
            var rows = await catalog.ReadAsync(tx => NextAsync(tx, repository, names, old, after), ct);
            foreach (var row in rows)
            {
                var isWanted = query.ArtifactType is not { } type || row.ArtifactType == type;
                if (isWanted && (page.Referrers.Count == query.Limit || (bytes > 0 && bytes + BytesOf(row) > MaxPageBytes)))
                    return page with { Next = last };
                last = row.Name;
                if (!isWanted)
                    continue;
                page.Referrers.Add(row);
                bytes += BytesOf(row);
            }
            if (rows.Count < Stride)
                return page;
            after = rows[^1].Name.Bytes;
        }
    }

    /// <summary>The subject may be known by its other digest as well.</summary>
    static async ValueTask<List<ContentName>> NamesAsync(CatalogSession tx, ContentName subject)
    {
        var names = await DigestAliasTable.ResolveAsync(tx, subject) is { } digest ? await DigestAliasTable.NamesAsync(tx, digest) : [];
        if (!names.Contains(subject))
            names.Add(subject);
        return names;
    }

    static async ValueTask<List<Referrer>> NextAsync(
        CatalogSession tx, long repository, List<ContentName> names, List<Referrer> old, byte[] after)
    {
        var merged = new SortedDictionary<Digest, Referrer>();
        foreach (var name in names)
        {
            foreach (var row in await ManifestTable.ListReferrersAsync(tx, repository, name, after, Stride))
                merged.TryAdd(row.Name.Digest!.Value, row);
        }
        foreach (var entry in old.Where(entry => entry.Name.Bytes.AsSpan().SequenceCompareTo(after) > 0).Take(Stride))
        {
            var digest = entry.Name.Digest!.Value;
            if (!merged.ContainsKey(digest) && await ManifestTable.FindAsync(tx, repository, digest) is not null)
                merged.Add(digest, entry);
        }
        return [.. merged.Values.Take(Stride)];
    }

    /// <summary>What the index under the fallback tag lists; nothing when it is no index or cannot be read.</summary>
    static async ValueTask<List<Referrer>> EntriesAsync(ContentReads reads, Manifest fallback, CancellationToken ct)
    {
        if (!MediaTypes.IsIndex(fallback.MediaType))
            return [];
        try
        {
            var bytes = new byte[fallback.Content.Size];
            await using var reader = await reads.FindAsync(fallback.Content, ByteRange.All(bytes.Length), ct);
            for (var at = 0; reader is not null && await reader.ReadAsync(bytes.AsMemory(at), ct) is var count and > 0;)
                at += count;
            return
            [
                .. ManifestDocument.Parse(bytes, fallback.MediaType).Entries
                    .Where(entry => entry.Name?.Digest is not null)
                    .Select(entry => new Referrer(entry.Name!.Value, entry.MediaType, entry.Size, entry.ArtifactType, entry.Annotations))
                    .DistinctBy(entry => entry.Name)
                    .OrderBy(entry => entry.Name.Digest!.Value),
            ];
        }
        catch (StoreException refusal) when (refusal.Error is StoreError.InvalidManifest or StoreError.BlobDamaged)
        {
            return [];
        }
    }

    static long BytesOf(Referrer referrer) => 256 + referrer.Annotations.Sum(pair => 8L + pair.Key.Length + pair.Value.Length);
}
