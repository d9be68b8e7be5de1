using System.Buffers;
using System.IO.Pipelines;
using Holdfast.Core.Blobs;
using Holdfast.Core.Repositories;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;
using Holdfast.Server.Oci.Uploads;

namespace Holdfast.Server.Oci.Manifests;

/// <summary>PUT of a manifest by tag or digest, and of tags on it (distribution-spec, "Pushing manifests").</summary>
static class PutManifest
{
    /// <summary>Tags that one push may set besides the one in the path.</summary>
    public const int MaxTags = 64;

    public static async Task HandleAsync(OciCall call)
    {
        var reference = ManifestOperations.Reference(call);
        var tags = TagsOf(call, reference);
        var bytes = await ReadAsync(call);
        var document = ManifestDocument.Parse(bytes, call.Http.Request.ContentType);
        if (call.Bucket is not null)
            await EvidencePush.PrepareAsync(call, document, tags);

        await using var received = await call.Store.Ingest.ReceiveAsync(
            PipeReader.Create(new ReadOnlySequence<byte>(bytes)),
            new IngestRequest
            {
                Length = bytes.Length,
                MaxBytes = call.Store.Options.MaxManifestBytes,
                Sha256 = reference.Digest?.Digest,
                Hashes = reference.Digest is { IsSha512: true } ? HashKinds.Sha512 : HashKinds.None,
            },
            call.Aborted);
        var name = reference.Digest ?? new ContentName(received.Digest);
        UploadBody.Require(received, name);
        var (repository, isSparse) = (call.Repository.Id, call.Store.Options.TakesSparseIndexes);
        var manifest = new NewManifest(name, received.Digest, received.Size, document);
        await call.Store.Content.StoreAsync(
            received,
            async (tx, blob) =>
            {
                await ManifestWrites.PutAsync(tx, repository, manifest, tags, isSparse, blob);
                return true;
            },
            call.Aborted);
        Answer(call, name, document);
    }

    static List<TagName> TagsOf(OciCall call, ManifestReference reference)
    {
        var tags = call.Query.FindAll("tag").Select(TagName.Parse).ToList();
        if (tags.Count > MaxTags)
            throw new StoreException(StoreError.TooManyTags, $"{tags.Count} tags are too many for one push; {MaxTags} are taken");
        if (reference.Tag is { } tag)
            tags.Insert(0, tag);
        return [.. tags.Distinct()];
    }

    /// <summary>A manifest is taken whole, so it is bounded (design, section 1: 4 MiB). Throws ManifestTooLarge.</summary>
    static async ValueTask<byte[]> ReadAsync(OciCall call)
    {
        var max = call.Store.Options.MaxManifestBytes;
        var body = call.Http.Request.BodyReader;
        if (call.Http.Request.ContentLength > max)
            throw TooLarge(max);
        while (true)
        {
            var result = await body.ReadAsync(call.Aborted);
            if (result.Buffer.Length > max)
            {
                body.AdvanceTo(result.Buffer.End);
                throw TooLarge(max);
            }
            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                body.AdvanceTo(result.Buffer.End);
                return bytes;
            }
            body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    static void Answer(OciCall call, ContentName name, ManifestDocument document)
    {
        var headers = call.Http.Response.Headers;
        headers.Location = call.PathOf($"manifests/{name}");
        headers["Docker-Content-Digest"] = name.ToString();
        if (document.Subject is { } subject)
            headers["OCI-Subject"] = subject.ToString();
        if (call.Query.Has("tag"))
            headers["OCI-Tag"] = call.Query.FindAll("tag").Distinct(StringComparer.Ordinal).ToArray();
        call.Answer(StatusCodes.Status201Created);
    }

    static StoreException TooLarge(long max) => new(StoreError.ManifestTooLarge, $"a manifest may have at most {max} bytes");
}
