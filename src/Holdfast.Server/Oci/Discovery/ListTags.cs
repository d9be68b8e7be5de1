using Holdfast.Core.Repositories;

namespace Holdfast.Server.Oci.Discovery;

/// <summary>The tags of a repository in byte order, in pages (distribution-spec, "Listing tags").</summary>
static class ListTags
{
    /// <summary>Of a page that is larger, or of one that was not asked for, this much is given with a link to the rest.</summary>
    public const int MaxPage = 10_000;

    public static async Task HandleAsync(OciCall call)
    {
        var size = call.PageSize(MaxPage) ?? MaxPage;
        var (repository, last) = (call.Repository.Id, call.Query.Find("last") ?? "");
        // One more than asked for tells whether there is a next page.
        var tags = size == 0
            ? []
            : await call.Store.Catalog.ReadAsync(tx => TagTable.ListAsync(tx, repository, last, size + 1), call.Aborted);
        if (tags.Count > size)
        {
            tags.RemoveAt(size);
            call.LinkNext(call.PathOf("tags/list"), ("n", $"{size}"), ("last", tags[^1]));
        }
        await call.AnswerJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", call.Name.ToString());
            json.WriteStartArray("tags");
            foreach (var tag in tags)
                json.WriteStringValue(tag);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
