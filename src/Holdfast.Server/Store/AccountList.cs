using Holdfast.Core.Access;
using Holdfast.Core.Catalog;
using Holdfast.Server.Hosting.Life;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Store;

/// <summary>Root and the users of the settings, with their organizations, which are made when they are new.</summary>
static class AccountList
{
    public static async ValueTask<Accounts> ReadAsync(
        Catalog catalog, HoldfastSettings settings, RootCredentials root, CancellationToken ct)
    {
        var users = new List<Account>(settings.Users.Count);
        foreach (var user in settings.Users)
        {
            var organization = await catalog.WriteAsync(tx => OrganizationTable.EnsureAsync(tx, user.Organization), ct);
            var id = user.Id ?? OwnerIds.Of(user.Name);
            var principal = new Principal(id, user.Name, user.DisplayName ?? user.Name, organization, IsRoot: false, user.Owner);
            users.Add(new Account(user.AccessKey, user.SecretKey, principal));
        }
        var owner = new Principal(
            OwnerIds.Of("root"), "root", "root", OrganizationTable.DefaultId, IsRoot: true, IsOrganizationOwner: true);
        return new Accounts(new Account(root.AccessKey, root.SecretKey, owner), users);
    }
}
