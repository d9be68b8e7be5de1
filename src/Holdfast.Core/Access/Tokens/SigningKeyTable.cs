using System.Security.Cryptography;
using System.Text;
using Holdfast.Core.Catalog;

namespace Holdfast.Core.Access.Tokens;

/// <summary>The queries of <c>signing_key</c>: all nodes sign with the newest key and believe all that are left.</summary>
static class SigningKeyTable
{
    const string ListSql = "SELECT key_id, created_at, private_key FROM signing_key ORDER BY created_at DESC, id DESC LIMIT 64";

    const string FreshSql = "SELECT 1 FROM signing_key WHERE created_at > db_now() - $1 LIMIT 1";

    const string InsertSql = "INSERT INTO signing_key (key_id, created_at, private_key) VALUES ($1, db_now(), $2)";

    const string ForgetSql = "DELETE FROM signing_key WHERE created_at <= db_now() - $1";

    // Nodes that start together would each make a key; nothing breaks when they do, but one is enough.
    const string LockSql = "SELECT id FROM organization WHERE id = 1 FOR UPDATE";

    /// <summary>Newest first.</summary>
    public static ValueTask<List<SigningKey>> ListAsync(CatalogSession tx) => tx.ListAsync(
        ListSql,
        row => SigningKey.Import(Encoding.ASCII.GetString(row.GetSpan(0)), CatalogTime.FromMicros(row.GetInt64(1)), row.GetSpan(2)));

    /// <summary>
    /// Adds <paramref name="privateKey"/> when no key is younger than <paramref name="age"/>, and drops those that are too old.
    /// </summary>
    public static async ValueTask<bool> RotateAsync(CatalogSession tx, byte[] privateKey, TimeSpan age, TimeSpan keep)
    {
        if (tx.HasRowLocks)
            await tx.FindAsync(LockSql, row => row.GetInt64(0));
        if (await tx.FindAsync(FreshSql, row => row.GetInt64(0), CatalogTime.ToMicros(age)) != 0)
            return false;
        var id = Convert.ToHexStringLower(SHA256.HashData(privateKey).AsSpan(0, 8));
        await tx.ExecuteAsync(InsertSql, Encoding.ASCII.GetBytes(id), privateKey);
        await tx.ExecuteAsync(ForgetSql, CatalogTime.ToMicros(keep));
        return true;
    }
}
