using System.Text;
using Holdfast.Core.Catalog;

namespace Holdfast.Core.Access;

/// <summary>The queries of <c>organization</c>: the tenants that own buckets and repositories.</summary>
public static class OrganizationTable
{
    /// <summary>The organization of a fresh server, called <c>default</c>.</summary>
    public const long DefaultId = 1;

    const string EnsureSql = "INSERT INTO organization (name, created_at) VALUES ($1, db_now()) ON CONFLICT (name) DO NOTHING";

    const string FindSql = "SELECT id FROM organization WHERE name = $1";

    /// <summary>The organization's id; it is made when there is none of this name.</summary>
    public static async ValueTask<long> EnsureAsync(CatalogSession tx, string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        if (await tx.FindAsync(FindSql, row => row.GetInt64(0), bytes) is var known and > 0)
            return known;
        await tx.ExecuteAsync(EnsureSql, bytes);
        return await tx.FindAsync(FindSql, row => row.GetInt64(0), bytes);
    }
}
