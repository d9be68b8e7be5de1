using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Repositories;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.Oci;

namespace Holdfast.Server.Oci.Blobs;

/// <summary>GET, HEAD and DELETE of a blob (distribution-spec, "Pulling blobs", "Deleting blobs").</summary>
static class BlobOperations
{
    // A read can meet a blob that collection removed after the look-up (only with a zero grace age): the look-up is repeated this often.
    const int Attempts = 3;

    public static async Task GetAsync(OciCall call)
    {
        var name = call.Digest;
        for (var attempt = 1; ; attempt++)
        {
            var content = await FindAsync(call, name);
            call.Http.Response.Headers["Docker-Content-Digest"] = name.ToString();
            if (call.IsUnchanged(name))
                return;
            var range = RangeOf(call, name, content);
            await using var reader = await call.Store.Reads.FindAsync(content, range ?? ByteRange.All(content.Size), call.Aborted);
            if (reader is null && content.Size > 0 && attempt < Attempts)
                continue;
            if (reader is null && content.Size > 0)
                throw new StoreException(StoreError.BlobDamaged, "the blob's bytes are not where the catalog says they are");
            WriteHeaders(call, content, range);
            if (reader is not null)
                await reader.CopyToAsync(call.Http.Response.BodyWriter, call.Aborted);
            return;
        }
    }

    public static async Task HeadAsync(OciCall call)
    {
        var name = call.Digest;
        var content = await FindAsync(call, name);
        call.Http.Response.Headers["Docker-Content-Digest"] = name.ToString();
        if (!call.IsUnchanged(name))
            WriteHeaders(call, content, null);
    }

    public static async Task DeleteAsync(OciCall call)
    {
        var (name, repository) = (call.Digest, call.Repository.Id);
        await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                await RepositoryTable.HoldAsync(tx, repository);
                var digest = await DigestAliasTable.ResolveAsync(tx, name) ?? throw Absent(name);
                await RepositoryBlobTable.DeleteAsync(tx, repository, digest);
                return true;
            },
            call.Aborted);
        call.Answer(StatusCodes.Status202Accepted);
    }

    /// <summary>The content behind the name in the call's repository. Throws NoSuchBlob.</summary>
    static async ValueTask<ContentRef> FindAsync(OciCall call, ContentName name)
    {
        var repository = call.Repository.Id;
        var (digest, linked) = await call.Store.Catalog.ReadAsync(tx => FindAsync(tx, repository, name), call.Aborted);
        if (call.IsLimitedToObjects || (linked is not null && await ObjectContent.IsHiddenAsync(call, digest!.Value)))
            linked = null;
        if (linked is null && digest is { } known)
            linked = await ObjectContent.FindBlobAsync(call, known);
        if (linked is null && call.IsLimitedToObjects)
            throw OciGate.Refused(call, OciGate.NoCredentials, "no object with this content may be read");
        return linked ?? throw Absent(name);
    }

    static async ValueTask<(Digest? Digest, ContentRef? Linked)> FindAsync(CatalogSession tx, long repository, ContentName name) =>
        await DigestAliasTable.ResolveAsync(tx, name) is { } digest
            ? (digest, await RepositoryBlobTable.FindAsync(tx, repository, digest))
            : (null, null);

    /// <summary>Null for the whole. One range is served; what is no range of bytes is ignored (RFC 9110, section 14.2).</summary>
    static ByteRange? RangeOf(OciCall call, ContentName name, ContentRef content)
    {
        // RFC 9110, section 13.1.5: a part of something else would not fit what the client has.
        if (call.Header("If-Range") is { } condition && condition.Trim() != $"\"{name}\"")
            return null;
        var header = call.Header("Range");
        var range = RangeHeader.Resolve(header, content.Size);
        if (range.Kind == RangeKind.Partial)
            return new ByteRange(range.Offset, range.Length);
        if (range.Kind == RangeKind.None && !IsReversed(header))
            return null;
        throw new StoreException(StoreError.InvalidRange, $"the range {header} is not within the blob's {content.Size} bytes")
        {
            Headers = [new("Content-Range", $"bytes */{content.Size}")],
        };
    }

    /// <summary>A last byte before the first: S3 ignores such a range, registries refuse it.</summary>
    static bool IsReversed(string? header) =>
        header?.Split(['=', '-']) is [var unit, var first, var last]
        && unit.Trim().Equals("bytes", StringComparison.OrdinalIgnoreCase)
        && long.TryParse(first, out var start) && long.TryParse(last, out var end) && end < start;

    static void WriteHeaders(OciCall call, ContentRef content, ByteRange? range)
    {
        var response = call.Http.Response;
        response.ContentType = MediaTypes.Octets;
        response.Headers.AcceptRanges = "bytes";
        response.ContentLength = range?.Length ?? content.Size;
        if (range is not { } part)
            return;
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.Headers.ContentRange = $"bytes {part.Offset}-{part.End - 1}/{content.Size}";
    }

    static StoreException Absent(ContentName name) => new(StoreError.NoSuchBlob, $"the repository has no blob {name}")
    {
        Details = [new("digest", name.ToString())],
    };
}
