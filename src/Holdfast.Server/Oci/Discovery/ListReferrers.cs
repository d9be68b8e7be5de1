using System.Text.Json;
using Holdfast.Core.Repositories;
using Holdfast.Protocol.Oci;

namespace Holdfast.Server.Oci.Discovery;

/// <summary>
/// The manifests whose subject is a digest, as an index in pages (distribution-spec, "Listing referrers"). What old clients keep in an
/// index under the fallback tag is listed with them. Nothing that refers is no error, whether the subject exists or not.
/// </summary>
static class ListReferrers
{
    const int MaxPage = 1000;

    public static async Task HandleAsync(OciCall call)
    {
        var subject = call.Digest;
        var size = Math.Max(1, call.PageSize(MaxPage) ?? MaxPage);
        var type = call.Query.Find("artifactType") is { Length: > 0 } asked ? asked : null;
        var after = call.Query.Find("last") is { } last && ContentName.TryParse(last, out var name) ? name.Bytes : [];
        var found = call.HasRepository
            ? await ReferrerListing.PageAsync(
                call.Store.Catalog, call.Store.Reads, call.Repository.Id, subject, new(type, after, size), call.Aborted)
            : new([], null);
        if (found.Next is { } next)
        {
            List<(string, string)> parameters = [("n", $"{size}"), ("last", next.ToString())];
            if (type is not null)
                parameters.Insert(0, ("artifactType", type));
            call.LinkNext(call.PathOf($"referrers/{subject}"), [.. parameters]);
        }
        if (type is not null)
            call.Http.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        await call.AnswerJsonAsync(json => Write(json, found.Referrers), MediaTypes.OciIndex);
    }

    static void Write(Utf8JsonWriter json, List<Referrer> referrers)
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.OciIndex);
        json.WriteStartArray("manifests");
        foreach (var referrer in referrers)
        {
            json.WriteStartObject();
            json.WriteString("mediaType", referrer.MediaType);
            json.WriteString("digest", referrer.Name.ToString());
            json.WriteNumber("size", referrer.Size);
            if (referrer.ArtifactType is not null)
                json.WriteString("artifactType", referrer.ArtifactType);
            if (referrer.Annotations.Count > 0)
            {
                json.WriteStartObject("annotations");
                foreach (var (key, value) in referrer.Annotations)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
