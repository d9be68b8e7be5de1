using System.Collections.Frozen;

namespace Holdfast.Core.Access;

/// <summary>Who may sign requests: an immutable snapshot of the configured accounts. Thread safe.</summary>
public sealed class Accounts
{
    readonly FrozenDictionary<string, Account> _byAccessKey;
    readonly FrozenDictionary<string, Account> _byName;
    readonly FrozenDictionary<string, Account> _byId;

    /// <summary>Access keys are unique; of principals with the same id the first counts.</summary>
    public Accounts(Account root, IEnumerable<Account> users)
    {
        Root = root;
        Account[] all = [root, .. users];
        _byAccessKey = all.ToFrozenDictionary(account => account.AccessKey, StringComparer.Ordinal);
        _byName = all.DistinctBy(account => account.Principal.Name)
            .ToFrozenDictionary(account => account.Principal.Name, StringComparer.Ordinal);
        _byId = all.DistinctBy(account => account.Principal.Id)
            .ToFrozenDictionary(account => account.Principal.Id, StringComparer.Ordinal);
    }

    public Account Root { get; }

    /// <summary>Null when no account has this key.</summary>
    public Account? Find(string accessKey) => _byAccessKey.GetValueOrDefault(accessKey);

    /// <summary>
    /// By access key, else by the user's name: what stands before the colon of Basic credentials. Null when it is neither.
    /// </summary>
    public Account? FindLogin(string login) => Find(login) ?? _byName.GetValueOrDefault(login);

    /// <summary>Null when no account has this owner ID.</summary>
    public Account? FindById(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Whether an account with this owner ID is configured.</summary>
    public bool Knows(string id) => _byId.ContainsKey(id);

    /// <summary>The name to show beside an owner ID; the ID itself when its account is no longer configured.</summary>
    public string DisplayNameOf(string id) => _byId.TryGetValue(id, out var account) ? account.Principal.DisplayName : id;
}
