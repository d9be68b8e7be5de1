using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>Makes content part of a repository: received here, uploaded in chunks, or linked from where the caller may read it.</summary>
public static class RepositoryLinks
{
    /// <summary>Links what was just received, which the client calls <paramref name="name"/>.</summary>
    public static ValueTask<bool> AddAsync(
        ContentStore store, Received received, long repository, ContentName name, CancellationToken ct) =>
        store.StoreAsync(
            received,
            async (tx, blob) =>
            {
                await RepositoryTable.HoldAsync(tx, repository);
                var content = new ContentRef(received.Size, await blob(), null, received.Digest, null, false, null, 0);
                await AddAsync(tx, repository, content, name);
                return true;
            },
            ct);

    /// <summary>
    /// Links content on which the caller holds a link, that the repository takes over or that ends here when it has one already.
    /// </summary>
    public static async ValueTask AddAsync(CatalogSession tx, long repository, ContentRef content, ContentName name)
    {
        await DigestAliasTable.AddAsync(tx, name, content.Digest!.Value);
        while (!await RepositoryBlobTable.InsertAsync(tx, repository, content))
        {
            if (!await RepositoryBlobTable.TouchAsync(tx, repository, content.Digest.Value))
                continue;
            await RepositoryBlobTable.ReleaseAsync(tx, new(content.BlobId, content.CompositeId));
            return;
        }
    }

    /// <summary>Links content that another link keeps; false when it was collected since it was looked up.</summary>
    public static async ValueTask<bool> MountAsync(CatalogSession tx, long repository, ContentRef content, ContentName name)
    {
        await RepositoryTable.HoldAsync(tx, repository);
        try
        {
            await ContentLinks.AcquireAsync(tx, content);
        }
        catch (ContentGoneException)
        {
            return false;
        }
        await AddAsync(tx, repository, content, name);
        return true;
    }
}
