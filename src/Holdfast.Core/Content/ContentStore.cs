using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Hashing;

namespace Holdfast.Core.Content;

/// <summary>
/// Joins bytes and catalog in the order that keeps promise 3: blob first, row second. Doors store what <see cref="Ingest"/> received and
/// link it in one transaction, and never meet a location. Thread safe.
/// </summary>
public sealed class ContentStore(Catalog.Catalog catalog)
{
    /// <summary>
    /// Runs <paramref name="link"/> in one transaction. It calls its second argument once, after its conditions hold, to get the id of the
    /// blob row (holding one link for the caller). Refusals thrown by <paramref name="link"/> leave no blob behind. The caller still
    /// disposes <paramref name="received"/>.
    /// </summary>
    public async ValueTask<T> StoreAsync<T>(
        Received received,
        Func<CatalogSession, Func<ValueTask<long>>, ValueTask<T>> link,
        CancellationToken ct)
    {
        if (received.IsInline)
            return await catalog.WriteAsync(tx => link(tx, () => AddInlineAsync(tx, received)), ct);

        // All bytes were hashed before this look-up: knowing a digest never replaces having the bytes (promise 5).
        var known = await catalog.ReadAsync(tx => BlobTable.FindAsync(tx, received.Digest), ct);
        var committed = known is null || known.IsDamaged ? await received.CommitAsync(ct) : null;
        while (true)
        {
            try
            {
                return await LinkAsync(received, committed, link, ct);
            }
            catch (BytesNeededException) when (committed is null)
            {
                // The row seen above was claimed by collection, or found damaged, before this transaction: store our own copy after all.
                committed = await received.CommitAsync(ct);
            }
        }
    }

    async ValueTask<T> LinkAsync<T>(
        Received received,
        BlobInfo? committed,
        Func<CatalogSession, Func<ValueTask<long>>, ValueTask<T>> link,
        CancellationToken ct)
    {
        var isOurs = false;
        T result;
        try
        {
            result = await catalog.WriteAsync(
                tx =>
                {
                    // The work may run more than once, and need the bytes the first time only.
                    isOurs = false;
                    return link(tx, async () =>
                    {
                        (var id, isOurs) = await AddFileAsync(tx, received, committed);
                        return id;
                    });
                },
                ct);
        }
        catch (StoreException refusal) when (refusal.Error != StoreError.CatalogUnavailable)
        {
            if (committed is not null)
                await received.DiscardAsync();
            throw;
        }
        if (isOurs)
            received.MarkLinked();
        else if (committed is not null)
            await received.DiscardAsync();
        return result;
    }

    static async ValueTask<long> AddInlineAsync(CatalogSession tx, Received received)
    {
        var bytes = received.InlineBytes;
        var sum = Crc32C.Append(0, bytes.Span);
        while (true)
        {
            // Most small content is new: inserting first saves a look-up, and finds what is there as well.
            if (await BlobTable.InsertAsync(tx, received.Digest, received.Size, null) is { } id)
            {
                await BlobTable.InsertBytesAsync(tx, id, sum, bytes);
                return id;
            }
            var known = await BlobTable.FindAsync(tx, received.Digest);
            if (known is { IsDamaged: false } && await BlobTable.AcquireAsync(tx, known.Id))
                return known.Id;
            if (known is { IsDamaged: true } && await BlobTable.HealInlineAsync(tx, known, sum, bytes))
                return known.Id;
        }
    }

    static async ValueTask<(long Id, bool IsOurs)> AddFileAsync(CatalogSession tx, Received received, BlobInfo? committed)
    {
        while (true)
        {
            var known = await BlobTable.FindAsync(tx, received.Digest);
            if (known is { IsDamaged: false } && await BlobTable.AcquireAsync(tx, known.Id))
                return (known.Id, false);
            if (committed is null)
                throw new BytesNeededException();
            if (known is { IsDamaged: true })
            {
                if (await BlobTable.HealAsync(tx, known, received.Digest, committed.Location.Value))
                    return (known.Id, true);
                continue;
            }
            if (await BlobTable.InsertAsync(tx, received.Digest, received.Size, committed.Location.Value) is not { } id)
                continue;
            await BlobTable.InsertSumsAsync(tx, id, received.Sums);
            return (id, true);
        }
    }

    /// <summary>Leaves the transaction because the blob it meant to share is gone; never reaches a caller.</summary>
    sealed class BytesNeededException : Exception;
}
