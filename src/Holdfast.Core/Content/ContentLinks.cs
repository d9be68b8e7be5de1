using Holdfast.Core.Catalog;

namespace Holdfast.Core.Content;

/// <summary>Another link to content that a link the caller may read already keeps: how copies move no bytes.</summary>
public static class ContentLinks
{
    /// <summary>
    /// Takes the link within the caller's transaction. Throws <see cref="ContentGoneException"/> when collection was faster.
    /// </summary>
    public static async ValueTask<ContentRef> AcquireAsync(CatalogSession tx, ContentRef content)
    {
        var isAlive = content switch
        {
            { CompositeId: { } composite } => await CompositeTable.AcquireAsync(tx, composite),
            { BlobId: { } blob } => await BlobTable.AcquireAsync(tx, blob),
            _ => throw new ArgumentException("content is a blob or a composite", nameof(content)),
        };
        return isAlive ? content : throw new ContentGoneException();
    }
}

/// <summary>The content seen before this transaction was overwritten and collected meanwhile; the caller looks again.</summary>
public sealed class ContentGoneException : Exception;
