using System.Buffers;
using System.IO.Pipelines;
using Holdfast.Core.Blobs;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Core.Repositories;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Server.Oci.Manifests;

/// <summary>
/// A push to a bucket attaches to its objects: it is by digest, or has a subject, or carries a tag that is made of the subject's digest
/// (design, "Words"). What it names may be an object's content, which becomes a link of the repository then.
/// </summary>
static class EvidencePush
{
    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    static readonly int FallbackLength = "sha256-".Length + 2 * Digest.Size;

    /// <summary>Throws InvalidReference for a tag that names no subject.</summary>
    public static async ValueTask PrepareAsync(OciCall call, ManifestDocument document, List<TagName> tags)
    {
        if (document.Subject is null && tags.Exists(tag => !NamesSubject(tag.ToString())))
            throw new StoreException(
                StoreError.InvalidReference,
                $"{call.Name} is a bucket: it takes manifests by digest, with a subject, or with a tag like sha256-DIGEST.sig");
        foreach (var name in document.Blobs)
            await LinkAsync(call, name);
    }

    static async ValueTask LinkAsync(OciCall call, ContentName name)
    {
        var repository = call.Repository.Id;
        var digest = await call.Store.Catalog.ReadAsync(
            async tx => await DigestAliasTable.ResolveAsync(tx, name) is { } known
                && await RepositoryBlobTable.FindAsync(tx, repository, known) is null
                    ? (Digest?)known
                    : null,
            call.Aborted);
        if (digest == ArtifactManifest.EmptyConfig)
            await PushEmptyAsync(call, name);
        else if (digest is { } wanted && await ObjectContent.FindBlobAsync(call, wanted) is { } content)
            await call.Store.Catalog.WriteAsync(tx => RepositoryLinks.MountAsync(tx, repository, content, name), call.Aborted);
    }

    /// <summary>The config of all objects' manifests was shown as being there, so clients do not push it.</summary>
    static async ValueTask PushEmptyAsync(OciCall call, ContentName name)
    {
        var body = PipeReader.Create(new ReadOnlySequence<byte>("{}"u8.ToArray()));
        await using var received = await call.Store.Ingest.ReceiveAsync(body, new IngestRequest { MaxBytes = 2 }, call.Aborted);
        await RepositoryLinks.AddAsync(call.Store.Content, received, call.Repository.Id, name, call.Aborted);
    }

    /// <summary>The fallback tag of a digest (distribution-spec, "Referrers tag schema"), or cosign's, with a suffix.</summary>
    static bool NamesSubject(string tag) =>
        (tag.StartsWith("sha256-", StringComparison.Ordinal) || tag.StartsWith("sha512-", StringComparison.Ordinal))
        && tag.Length >= FallbackLength
        && !tag.AsSpan("sha256-".Length, 2 * Digest.Size).ContainsAnyExcept(Digits)
        && (tag.Length == FallbackLength || tag[FallbackLength] == '.');
}
