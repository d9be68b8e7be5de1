using Holdfast.Core.Catalog;
using Holdfast.Core.Repositories;

namespace Holdfast.Server.Oci.Discovery;

/// <summary>
/// The repositories that the caller may pull, in name order, in pages (Docker Registry HTTP API V2, "Listing Repositories").
/// </summary>
static class ListRepositories
{
    const int MaxPage = 1000;

    public static async Task HandleAsync(OciCall call)
    {
        var size = call.PageSize(MaxPage) ?? MaxPage;
        var last = call.Query.Find("last") ?? "";
        var found = size == 0 ? [] : await call.Store.Catalog.ReadAsync(tx => ListAsync(tx, call, last, size + 1), call.Aborted);
        if (found.Count > size)
        {
            found.RemoveAt(size);
            call.LinkNext("/v2/_catalog", ("n", $"{size}"), ("last", found[^1].Name.ToString()));
        }
        await call.AnswerJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("repositories");
            foreach (var repository in found)
                json.WriteStringValue(repository.Name.ToString());
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    static ValueTask<List<Repository>> ListAsync(CatalogSession tx, OciCall call, string last, int limit) => call.Who switch
    {
        { IsRoot: true } => RepositoryTable.ListAsync(tx, last, limit),
        { IsAnonymous: true } => RepositoryTable.ListPublicAsync(tx, last, limit),
        var who => RepositoryTable.ListReadableAsync(tx, last, who.OrganizationId, who.Id, who.IsOrganizationOwner, limit),
    };
}
