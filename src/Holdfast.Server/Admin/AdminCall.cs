using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Admin;

/// <summary>One admin request past authentication.</summary>
public sealed class AdminCall(HttpContext http, AdminStore store, Principal who)
{
    const int MaxBodyBytes = 1 << 20;

    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public HttpContext Http { get; } = http;

    public AdminStore Store { get; } = store;

    public Principal Who { get; } = who;

    public RequestQuery Query { get; } = RequestTarget.Of(http).Query;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>A part of the path by its name in the route.</summary>
    public string Route(string name) => Http.Request.RouteValues[name] as string ?? "";

    /// <summary>The bucket of the path, where the caller has the right. Throws NoSuchBucket or AccessDenied.</summary>
    public async ValueTask<Bucket> BucketAsync(Right right)
    {
        var name = Route("bucket");
        var bucket = await Store.Catalog.ReadAsync(tx => BucketTable.FindAsync(tx, name), Aborted)
            ?? throw new StoreException(StoreError.NoSuchBucket, $"there is no bucket {name}");
        Require(right, new Resource(bucket.Owner, bucket.OrganizationId, bucket.Acl, null, CannedAcl.Private));
        return bucket;
    }

    public void Require(Right right, Resource what)
    {
        var decision = Store.Policy.Decide(Who, right, what);
        if (!decision.IsAllowed)
            throw new StoreException(StoreError.AccessDenied, $"access denied: {decision.Reason}");
    }

    public void RequireRoot()
    {
        if (!Who.IsRoot)
            throw new StoreException(StoreError.AccessDenied, "access denied: only root may do this");
    }

    /// <summary><c>true</c> or <c>false</c> in the query; false when absent. Throws InvalidArgument.</summary>
    public bool Flag(string name) => Query.Find(name) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw new StoreException(StoreError.InvalidArgument, $"{name} is true or false, not '{other}'")
        {
            Details = [new(name, "must be true or false")],
        },
    };

    /// <summary>How many entries a page has: <c>limit</c> in the query. Throws InvalidArgument.</summary>
    public int Limit(int usual, int max) => Query.Find("limit") switch
    {
        null => usual,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit >= 1 && limit <= max => limit,
        _ => throw new StoreException(StoreError.InvalidArgument, $"limit is a whole number from 1 to {max}")
        {
            Details = [new("limit", $"must be a whole number from 1 to {max}")],
        },
    };

    /// <summary>Where a guess could destroy: throws InvalidArgument for any other parameter, and for one that comes twice.</summary>
    public void TakeOnly(params ReadOnlySpan<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in Query.Parameters)
        {
            var fault = !names.Contains(name) ? "is not a parameter of this request" : seen.Add(name) ? null : "is given twice";
            if (fault is not null)
                throw new StoreException(StoreError.InvalidArgument, $"{name} {fault}") { Details = [new(name, fault)] };
        }
    }

    /// <summary>The version that <c>versionId</c> asks for. Throws InvalidArgument.</summary>
    public VersionRef Version => Query.Find("versionId") switch
    {
        null => VersionRef.Current,
        var text when VersionId.TryParse(text, out var id) => VersionRef.Of(id),
        _ => throw new StoreException(StoreError.InvalidArgument, "versionId is not the id of a version")
        {
            Details = [new("versionId", "must be the id of a version or null")],
        },
    };

    /// <summary>The body as a JSON object of at most 1 MiB. Throws MalformedJson or EntityTooLarge.</summary>
    public async ValueTask<JsonObject> ReadObjectAsync()
    {
        if (Http.Request.ContentLength > MaxBodyBytes)
            throw new StoreException(
                StoreError.EntityTooLarge, $"the body has {Http.Request.ContentLength} bytes; at most {MaxBodyBytes} are taken");
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await Http.Request.Body.ReadAsync(buffer, Aborted) is var count and > 0)
        {
            body.Write(buffer, 0, count);
            if (body.Length > MaxBodyBytes)
                throw new StoreException(StoreError.EntityTooLarge, $"the body is larger than {MaxBodyBytes} bytes");
        }
        try
        {
            var json = JsonNode.Parse(body.GetBuffer().AsSpan(0, (int)body.Length), documentOptions: Strict) as JsonObject
                ?? throw NoObject();
            ReadTexts(json);
            return json;
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new StoreException(StoreError.MalformedJson, $"the body is not JSON: {malformed.Message}");
        }
    }

    public async Task AnswerAsync(JsonNode body, int status = StatusCodes.Status200OK)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Readable);
        Http.Response.StatusCode = status;
        Http.Response.ContentType = "application/json";
        Http.Response.ContentLength = bytes.Length;
        await Http.Response.BodyWriter.WriteAsync(bytes, Aborted);
    }

    public static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    // Names and strings are decoded when they are asked for: bytes that are no UTF-8 and halves of surrogate pairs show only then.
    static void ReadTexts(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (_, value) in json)
                    ReadTexts(value);
                break;
            case JsonArray list:
                foreach (var value in list)
                    ReadTexts(value);
                break;
            case JsonValue when node.GetValueKind() == JsonValueKind.String:
                _ = node.GetValue<string>();
                break;
        }
    }

    static StoreException NoObject() => new(StoreError.MalformedJson, "the body must be a JSON object");
}
