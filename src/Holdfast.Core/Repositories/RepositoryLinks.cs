using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>
/// Makes content part of a repository: received here, uploaded in chunks, or linked from where the caller may read it. Where the
/// repository has it, only its link is held: whoever held the blob first and then waited for the link would meet collection, which comes
/// the other way.
/// </summary>
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
                await DigestAliasTable.AddAsync(tx, name, received.Digest);
                if (await RepositoryBlobTable.RenewAsync(tx, repository, received.Digest))
                    return true;
                var content = new ContentRef(received.Size, await blob(), null, received.Digest, null, false, null, 0);
                await AddAsync(tx, repository, content);
                return true;
            },
            ct);

    /// <summary>Links the content of an upload, which ends. Throws UploadOutOfOrder when bytes were added meanwhile.</summary>
    public static async ValueTask FinishAsync(
        CatalogSession tx, BlobUpload upload, Repository repository, Digest digest, ContentName name)
    {
        await DigestAliasTable.AddAsync(tx, name, digest);
        if (await RepositoryBlobTable.RenewAsync(tx, repository.Id, digest))
            await BlobUploadTable.EndAsync(tx, upload);
        else
            await AddAsync(tx, repository.Id, await BlobUploadTable.FinishAsync(tx, upload, repository.OrganizationId, digest));
    }

    /// <summary>
    /// Links content on which the caller holds a link, that the repository takes over or that ends here when it has one already.
    /// </summary>
    static async ValueTask AddAsync(CatalogSession tx, long repository, ContentRef content)
    {
        while (!await RepositoryBlobTable.InsertAsync(tx, repository, content))
        {
            if (!await RepositoryBlobTable.TouchAsync(tx, repository, content.Digest!.Value))
                continue;
            await RepositoryBlobTable.ReleaseAsync(tx, new(content.BlobId, content.CompositeId));
            return;
        }
    }

    /// <summary>Links content that another link keeps; false when it was collected since it was looked up.</summary>
    public static async ValueTask<bool> MountAsync(CatalogSession tx, long repository, ContentRef content, ContentName name)
    {
        await RepositoryTable.HoldAsync(tx, repository);
        await DigestAliasTable.AddAsync(tx, name, content.Digest!.Value);
        if (await RepositoryBlobTable.RenewAsync(tx, repository, content.Digest.Value))
            return true;
        try
        {
            await ContentLinks.AcquireAsync(tx, content);
        }
        catch (ContentGoneException)
        {
            return false;
        }
        await AddAsync(tx, repository, content);
        return true;
    }
}
