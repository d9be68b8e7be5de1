using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Holdfast.Core.Access;
using Holdfast.Core.Access.Tokens;
using Holdfast.Core.Objects;
using Holdfast.Core.Repositories;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.Oci;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Oci;

/// <summary>One request of the OCI door past its gate.</summary>
public sealed class OciCall(HttpContext http, RequestTarget target, OciOperation operation, OciStore store, OciCaller caller)
{
    // It is read as JSON and nothing else (nosniff): a plus sign in a media type may stay one.
    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    Repository? _repository;

    public HttpContext Http { get; } = http;

    public RequestTarget Target { get; } = target;

    public OciOperation Operation { get; } = operation;

    public OciStore Store { get; } = store;

    public OciCaller Caller { get; } = caller;

    public Principal Who => Caller.Who;

    public RequestQuery Query => Target.Query;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>The name in the path.</summary>
    public RepositoryName Name { get; internal set; }

    /// <summary>Whether there is a repository of this name.</summary>
    public bool HasRepository => _repository is not null;

    /// <summary>The repository. Throws NoSuchRepository where the operation may do without one.</summary>
    public Repository Repository
    {
        get => _repository ?? throw RepositoryTable.Gone();
        internal set => _repository = value;
    }

    /// <summary>The bucket that the repository is; null for all others.</summary>
    public Bucket? Bucket { get; internal set; }

    /// <summary>Of a bucket only objects may be read, each by its own ACL; nothing else that the repository holds.</summary>
    public bool IsLimitedToObjects { get; internal set; }

    /// <summary>The digest in the path. Throws InvalidDigest.</summary>
    public ContentName Digest => ContentName.Parse(Target.Reference ?? "");

    public string? Header(string name) => Http.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A path on this server below the repository: relative, so that it holds behind any proxy.</summary>
    public string PathOf(string rest) => $"/v2/{Name}/{rest}";

    /// <summary>RFC 9110, section 13.1.2: whether the client has this content already. Sets ETag; with true the answer is a 304.</summary>
    public bool IsUnchanged(ContentName name)
    {
        var tag = $"\"{name}\"";
        Http.Response.Headers.ETag = tag;
        if (Header("If-None-Match") is not { } known)
            return false;
        var isKnown = known.Trim() == "*" || known.Split(',').Any(one => WithoutWeakness(one.Trim()) == tag);
        if (isKnown)
            Http.Response.StatusCode = StatusCodes.Status304NotModified;
        return isKnown;
    }

    /// <summary>How many entries a page has at most: <c>n</c>, capped; null when not asked for. Throws InvalidArgument.</summary>
    public int? PageSize(int max) => Query.Find("n") switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) => Math.Min(n, max),
        var text when text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') => max,
        _ => throw new StoreException(StoreError.InvalidArgument, "n is a number of entries, 0 or more"),
    };

    /// <summary>RFC 8288: where the next page is.</summary>
    public void LinkNext(string path, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        var query = string.Join('&', parameters.ToArray().Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
        Http.Response.Headers.Link = $"<{path}?{query}>; rel=\"next\"";
    }

    public async Task AnswerJsonAsync(Action<Utf8JsonWriter> write, string mediaType = "application/json")
    {
        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer, Plain))
            write(json);
        Http.Response.ContentType = mediaType;
        Http.Response.ContentLength = buffer.Length;
        if (!HttpMethods.IsHead(Http.Request.Method))
            await Http.Response.BodyWriter.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), Aborted);
    }

    public void Answer(int status) => (Http.Response.StatusCode, Http.Response.ContentLength) = (status, 0);

    static string WithoutWeakness(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
}

/// <summary>Who asks, and what a token limits it to.</summary>
public sealed record OciCaller(Principal Who, AccessToken? Token)
{
    public static readonly OciCaller Anonymous = new(Principal.Anonymous, null);

    /// <summary>Whether the token, when one was sent, was granted this.</summary>
    public bool HasScope(string type, string name, string action) => Token is null || Token.Allows(type, name, action);
}
