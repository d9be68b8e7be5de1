using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.S3.Auth;
using Microsoft.Extensions.Primitives;

namespace Holdfast.Server.S3;

/// <summary>One S3 request past authentication and authorization: who asks, for what, with which body.</summary>
public sealed class S3Call(HttpContext http, RequestTarget target, S3Operation operation, S3Store store)
{
    IReadOnlyDictionary<string, string>? _queryHeaders;
    Bucket? _bucket;
    ObjectKey? _key;

    public HttpContext Http { get; } = http;

    public RequestTarget Target { get; } = target;

    public S3Operation Operation { get; } = operation;

    public S3Store Store { get; } = store;

    public RequestQuery Query => Target.Query;

    public CancellationToken Aborted => Http.RequestAborted;

    public Principal Who { get; set; } = Principal.Anonymous;

    /// <summary>How the body is framed and what the signature says of it.</summary>
    public S3Payload Payload { get; set; } = S3Payload.Unsigned;

    /// <summary>The bucket named by the target; the gate has found it before any handler of a bucket or object runs.</summary>
    public Bucket Bucket
    {
        get => _bucket ?? throw new InvalidOperationException("this operation has no bucket");
        set => _bucket = value;
    }

    /// <summary>The object's key. Throws InvalidUri or KeyTooLong.</summary>
    public ObjectKey Key => _key ??= ObjectKey.ParsePath(Target.RawKey);

    /// <summary>A request header's values joined with commas; null when it was not sent.</summary>
    public string? Header(string name) => Http.Request.Headers.TryGetValue(name, out var values)
        ? Join(values)
        : _queryHeaders?.GetValueOrDefault(name);

    /// <summary>The names of all headers, in no order.</summary>
    public IEnumerable<string> HeaderNames => _queryHeaders is null
        ? Http.Request.Headers.Keys
        : Http.Request.Headers.Keys.Union(_queryHeaders.Keys, StringComparer.OrdinalIgnoreCase);

    /// <summary>The signature of the query holds: what it carries in the place of headers counts from here on.</summary>
    public void TakeQueryHeaders() => _queryHeaders = QueryHeaders.Of(Query);

    /// <summary>
    /// Like <see cref="Header"/>, for headers whose bytes are UTF-8 text (signatures, copy sources); bytes that are none stay as they are.
    /// </summary>
    public string? TextHeader(string name)
    {
        var value = Header(name);
        if (value is null || System.Text.Ascii.IsValid(value))
            return value;
        var bytes = System.Text.Encoding.Latin1.GetBytes(value);
        return System.Text.Unicode.Utf8.IsValid(bytes) ? System.Text.Encoding.UTF8.GetString(bytes) : value;
    }

    /// <summary>The version that <c>versionId</c> asks for. Throws InvalidArgument when it is none of ours.</summary>
    public VersionRef Version => VersionRef.Parse(Query.Find("versionId"));

    /// <summary>What the policy needs to know of the bucket, and of <paramref name="found"/> in it.</summary>
    public Resource ResourceOf(ObjectVersion? found) => _bucket is null
        ? Resource.Server
        : new Resource(_bucket.Owner, _bucket.OrganizationId, _bucket.Acl, found?.Owner, found?.Acl ?? CannedAcl.Private);

    /// <summary>Throws AccessDenied unless the caller has <paramref name="right"/> on the bucket (or the object given).</summary>
    public void Require(Right right, ObjectVersion? found = null)
    {
        if (!Store.Policy.Decide(Who, right, ResourceOf(found)).IsAllowed)
            throw Denied();
    }

    public bool May(Right right) => Store.Policy.Decide(Who, right, ResourceOf(null)).IsAllowed;

    public StoreException Denied() => Who.IsAnonymous
        ? new StoreException(StoreError.CredentialsMissing, "Access Denied: the request is not signed and nothing here is public")
        : new StoreException(StoreError.AccessDenied, "Access Denied");

    static string Join(StringValues values) => values.Count == 1 ? values[0] ?? "" : string.Join(',', values.ToArray());
}
