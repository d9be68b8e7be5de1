using Holdfast.Core.Access;
using Holdfast.Core.Blobs;
using Holdfast.Core.Content;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Server.S3.Objects;

/// <summary>GetObject and HeadObject (S3 API reference): the same headers, one with bytes.</summary>
static class GetObject
{
    // A read can meet a blob that collection removed after the look-up (only with a zero grace age): the look-up is repeated this often.
    const int Attempts = 3;

    public static async Task HandleAsync(S3Call call)
    {
        for (var attempt = 1; ; attempt++)
        {
            var version = await FindAsync(call, withBytes: true);
            if (Prepare(call, version) is not { } selection)
                return;
            var part = selection.Part is { } number ? await PartAsync(call, version, number) : null;
            var range = part?.Range ?? selection.Range;
            await using var reader = await call.Store.Reads.FindAsync(version.Content!, range, call.Aborted);
            if (reader is null && attempt < Attempts)
                continue;
            if (reader is null)
                throw new StoreException(StoreError.BlobDamaged, "the object's bytes are not where the catalog says they are");
            WriteHeaders(call, version, selection, range, part?.Checksum);
            await reader.CopyToAsync(call.Http.Response.BodyWriter, call.Aborted);
            return;
        }
    }

    public static async Task HeadAsync(S3Call call)
    {
        TimeSpan? wait = call.Header("Holdfast-Wait") is { } asked ? ParseWait(asked) : null;
        var version = await FindAsync(call, withBytes: false);
        if (version.Content is { Digest: null } && wait is { } patience)
        {
            await call.Store.Upkeep.WaitForDigestAsync(version.Content, patience, call.Aborted);
            version = await FindAsync(call, withBytes: false);
        }
        if (Prepare(call, version) is not { } selection)
            return;
        var part = selection.Part is { } number ? await PartAsync(call, version, number) : null;
        WriteHeaders(call, version, selection, part?.Range ?? selection.Range, part?.Checksum);
        ObjectAnswer.WriteArtifact(call.Http.Response, await call.Store.Naming.NameAsync(version, call.Aborted));
    }

    static TimeSpan ParseWait(string text) => int.TryParse(text, out var seconds) && seconds is >= 0 and <= 60
        ? TimeSpan.FromSeconds(seconds)
        : throw new StoreException(StoreError.InvalidArgument, "Holdfast-Wait is a number of seconds from 0 to 60");

    static async ValueTask<ObjectVersion> FindAsync(S3Call call, bool withBytes)
    {
        var (bucket, key, wanted) = (call.Bucket.Id, call.Key, call.Version);
        var version = await call.Store.Catalog.ReadAsync(
            tx => withBytes ? ObjectTable.OpenAsync(tx, bucket, key, wanted) : ObjectTable.FindAsync(tx, bucket, key, wanted),
            call.Aborted);
        return Present(call, version);
    }

    /// <summary>The version as an object that can be read; refuses absence and delete markers as S3 does.</summary>
    public static ObjectVersion Present(S3Call call, ObjectVersion? version)
    {
        if (version is null && call.Version.IsCurrent)
            throw Absent(call);
        if (version is null)
            throw new StoreException(StoreError.NoSuchVersion, "The specified version does not exist.");
        if (!version.IsMarker)
            return version;
        // S3 user guide, "Working with delete markers": 404 for the current one, 405 when asked for by its id.
        if (call.Version.IsCurrent)
        {
            throw new StoreException(StoreError.NoSuchKey, "The specified key does not exist.")
            {
                Details = [new("Key", version.Key.ToString())],
                Headers = [new("x-amz-delete-marker", "true"), new("x-amz-version-id", version.VersionId)],
            };
        }
        throw new StoreException(StoreError.MethodNotAllowed, "The specified method is not allowed against this resource.")
        {
            Headers =
            [
                new("x-amz-delete-marker", "true"), new("x-amz-version-id", version.VersionId), new("Allow", "DELETE"),
                new("Last-Modified", HttpDate.Format(version.CreatedAt)),
            ],
        };
    }

    // S3 API reference, GetObject, "Permissions": without the right to list, absence is not told.
    static StoreException Absent(S3Call call) => call.May(Right.ListObjects)
        ? new StoreException(StoreError.NoSuchKey, "The specified key does not exist.") { Details = [new("Key", call.Key.ToString())] }
        : call.Denied();

    /// <summary>What of the object is asked for; null when the answer is 304 already.</summary>
    static Selection? Prepare(S3Call call, ObjectVersion version)
    {
        if (call.Who.IsAnonymous && ResponseOverrides.Any(call))
            throw new StoreException(
                StoreError.InvalidRequest, "Request specific response headers cannot be used for anonymous GET requests.");
        var conditions = Conditions.Read(call.Header);
        if (conditions.IsEmpty)
            return Select(call, version);
        switch (conditions.Evaluate(version.ETag.ToString(), version.CreatedAt))
        {
            case ConditionResult.Failed:
                throw new StoreException(StoreError.PreconditionFailed, "At least one of the pre-conditions you specified did not hold");
            case ConditionResult.NotModified:
                NotModified(call, version);
                return null;
        }
        return Select(call, version);
    }

    static Selection Select(S3Call call, ObjectVersion version)
    {
        var header = call.Header("Range");
        if (call.Query.Find("partNumber") is { } text)
        {
            if (header is not null)
                throw new StoreException(StoreError.InvalidRequest, "Cannot specify both Range header and partNumber query parameter");
            if (!int.TryParse(text, out var part) || part is < 1 or > UploadTable.MaxPartNumber)
                throw new StoreException(StoreError.InvalidArgument, "Part number must be an integer between 1 and 10000, inclusive");
            return new Selection(ByteRange.All(version.Size), part, true);
        }
        if (header is null || !Conditions.IfRangeHolds(call.Header("If-Range"), version.ETag.ToString(), version.CreatedAt))
            return new Selection(ByteRange.All(version.Size), null, false);
        var range = RangeHeader.Resolve(header, version.Size);
        return range.Kind switch
        {
            RangeKind.None => new Selection(ByteRange.All(version.Size), null, false),
            RangeKind.Partial => new Selection(new ByteRange(range.Offset, range.Length), null, true),
            _ => throw new StoreException(StoreError.InvalidRange, "The requested range is not satisfiable")
            {
                Details = [new("RangeRequested", header), new("ActualObjectSize", $"{version.Size}")],
                Headers = [new("Content-Range", $"bytes */{version.Size}")],
            },
        };
    }

    /// <summary>The part's bytes, and the checksum they were uploaded with when there is one.</summary>
    static async ValueTask<(ByteRange Range, ChecksumValue? Checksum)?> PartAsync(S3Call call, ObjectVersion version, int number)
    {
        if (version.ETag.Parts == 0 || version.Content!.CompositeId is not { } composite)
            return number == 1 ? (ByteRange.All(version.Size), version.Checksum) : throw NoSuchPart(version);
        if (await call.Store.Catalog.ReadAsync(tx => CompositeTable.FindPartAsync(tx, composite, number), call.Aborted) is not { } part)
            throw NoSuchPart(version);
        ChecksumValue? checksum = part.Checksum is { } bytes && version.Checksum is { } whole ? new(whole.Algorithm, bytes) : null;
        return (new ByteRange(part.Start, part.Size), checksum);
    }

    static StoreException NoSuchPart(ObjectVersion version) =>
        new(
            StoreError.InvalidPartNumber,
            $"The requested partnumber is not satisfiable: the object has {Math.Max(1, version.ETag.Parts)} parts");

    static void NotModified(S3Call call, ObjectVersion version)
    {
        var response = call.Http.Response;
        response.StatusCode = StatusCodes.Status304NotModified;
        response.Headers.ETag = $"\"{version.ETag}\"";
        response.Headers.LastModified = HttpDate.Format(version.CreatedAt);
        if (version.Header("cache-control") is { } caching && HeaderText.CanBeSent(caching))
            response.Headers.CacheControl = caching;
        ObjectAnswer.WriteVersion(response, version, call.Bucket.Versioning);
    }

    static void WriteHeaders(S3Call call, ObjectVersion version, Selection selection, ByteRange range, ChecksumValue? ofPart)
    {
        var response = call.Http.Response;
        var headers = response.Headers;
        ObjectHeaders.Write(version.Headers, headers);
        ResponseOverrides.Apply(call, headers);
        headers.ETag = $"\"{version.ETag}\"";
        headers.LastModified = HttpDate.Format(version.CreatedAt);
        headers.AcceptRanges = "bytes";
        headers.ContentLength = range.Length;
        if (version.Tags.Count > 0)
            headers["x-amz-tagging-count"] = $"{version.Tags.Count}";
        ObjectAnswer.WriteVersion(response, version, call.Bucket.Versioning);
        ObjectAnswer.WriteDigest(response, version.Content);
        if (selection.Part is not null && version.ETag.Parts > 0)
            headers["x-amz-mp-parts-count"] = $"{version.ETag.Parts}";
        if (selection.IsPartial && range.Length > 0)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            headers.ContentRange = $"bytes {range.Offset}-{range.End - 1}/{version.Size}";
        }
        var whole = selection.IsPartial ? null : version.Checksum;
        if ((ofPart ?? whole) is { } sum && IsEnabled(call.Header("x-amz-checksum-mode")))
            ObjectAnswer.WriteChecksum(response, sum, version.Checksum!.Value.Type);
    }

    static bool IsEnabled(string? mode) => mode is not null && mode.Equals("ENABLED", StringComparison.OrdinalIgnoreCase);

    readonly record struct Selection(ByteRange Range, int? Part, bool IsPartial);
}
