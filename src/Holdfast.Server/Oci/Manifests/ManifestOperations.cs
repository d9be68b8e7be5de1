using Holdfast.Core.Blobs;
using Holdfast.Core.Repositories;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Server.Oci.Manifests;

/// <summary>GET, HEAD and DELETE of a manifest by tag or digest (distribution-spec, "Pulling manifests", "Deleting tags").</summary>
static class ManifestOperations
{
    const int Attempts = 3;

    public static async Task GetAsync(OciCall call)
    {
        for (var attempt = 1; ; attempt++)
        {
            var manifest = await FindAsync(call);
            if (call.IsUnchanged(WriteHeaders(call, manifest)))
                return;
            await using var reader = await call.Store.Reads.FindAsync(manifest.Content, ByteRange.All(manifest.Content.Size), call.Aborted);
            if (reader is null && attempt < Attempts)
                continue;
            if (reader is null)
                throw new StoreException(StoreError.BlobDamaged, "the manifest's bytes are not where the catalog says they are");
            call.Store.Pulls.Note(call.Repository.Id, manifest.Digest);
            call.Http.Response.ContentLength = manifest.Content.Size;
            await reader.CopyToAsync(call.Http.Response.BodyWriter, call.Aborted);
            return;
        }
    }

    public static async Task HeadAsync(OciCall call)
    {
        var manifest = await FindAsync(call);
        if (!call.IsUnchanged(WriteHeaders(call, manifest)))
            call.Http.Response.ContentLength = manifest.Content.Size;
    }

    /// <summary>A tag goes alone; a digest goes with all tags on it.</summary>
    public static async Task DeleteAsync(OciCall call)
    {
        var reference = Reference(call);
        var repositoryId = call.Repository.Id;
        var wasThere = await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                var repository = await RepositoryTable.HoldAsync(tx, repositoryId);
                if (reference.Tag is { } tag)
                    return await TagTable.DeleteAsync(tx, repository, tag);
                return await DigestAliasTable.ResolveAsync(tx, reference.Digest!.Value) is { } digest
                    && await ManifestDeletion.DeleteAsync(tx, repositoryId, digest);
            },
            call.Aborted);
        if (!wasThere && reference.Digest?.Digest is { } made && await ObjectContent.FindManifestAsync(call, made) is not null)
            throw new StoreException(
                StoreError.ContentInUse, "the manifest is that of an object of the bucket: delete the object through S3")
            {
                Headers = [new("Allow", "GET, HEAD")],
            };
        if (!wasThere)
            throw Absent(reference);
        call.Answer(StatusCodes.Status202Accepted);
    }

    public static ManifestReference Reference(OciCall call) => ManifestReference.Parse(call.Target.Reference ?? "");

    static async ValueTask<Manifest> FindAsync(OciCall call)
    {
        // What cannot be the name of a tag is the name of none: there is nothing to refuse in looking for it.
        if (call.Target.Reference is { } text && !text.Contains(':') && !TagName.TryParse(text, out _))
            throw new StoreException(StoreError.NoSuchManifest, "the repository has no such manifest");
        var (reference, repository) = (Reference(call), call.Repository.Id);
        var found = call.IsLimitedToObjects
            ? null
            : await call.Store.Catalog.ReadAsync(tx => ManifestTable.FindAsync(tx, repository, reference), call.Aborted);
        if (found is null && reference.Digest?.Digest is { } digest)
            found = await ObjectContent.FindManifestAsync(call, digest);
        if (found is null && call.IsLimitedToObjects)
            throw OciGate.Refused(call, OciGate.NoCredentials, "no object that is this artifact may be read");
        return found ?? throw Absent(reference);
    }

    /// <summary>What was pushed is given, whatever Accept says: nothing is ever converted. Gives the name to show.</summary>
    static ContentName WriteHeaders(OciCall call, Manifest manifest)
    {
        call.Http.Response.ContentType = manifest.MediaType;
        call.Http.Response.Headers["Docker-Content-Digest"] = manifest.Name.ToString();
        return manifest.Name;
    }

    static StoreException Absent(ManifestReference reference) =>
        new(StoreError.NoSuchManifest, $"the repository has no manifest {reference}")
        {
            Details = [new(reference.Tag is null ? "digest" : "tag", reference.ToString())],
        };
}
