using Holdfast.Core.Access;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The rules that concern more than one setting.</summary>
public static class SettingsRules
{
    /// <exception cref="SettingsException">Two settings do not go together.</exception>
    public static void Check(HoldfastSettings settings)
    {
        CheckPair("tls.cert", settings.Tls.Cert, "tls.key", settings.Tls.Key);
        CheckPair("root.accessKey", settings.Root.AccessKey, "root.secretKey", settings.Root.SecretKey);
        CheckAnonymous(settings);
        CheckUsers(settings);
    }

    static void CheckPair(string first, string? firstValue, string second, string? secondValue)
    {
        if (firstValue is null == secondValue is null)
            return;
        var (given, missing) = firstValue is null ? (second, first) : (first, second);
        throw new SettingsException($"{missing} is missing: {given} is set, and both are needed together");
    }

    static void CheckAnonymous(HoldfastSettings settings)
    {
        if (settings.S3.Anonymous == AnonymousAccess.Off || settings.S3.AnonymousForce || settings.Http.IsLoopback)
            return;
        var value = settings.S3.Anonymous.ToString().ToLowerInvariant();
        throw new SettingsException(
            $"s3.anonymous is '{value}' while http is '{settings.Http}', which other machines can reach; "
            + "allowed: off, or a loopback address for http, or s3.anonymousForce: on");
    }

    static void CheckUsers(HoldfastSettings settings)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { ["root"] = "the root user" };
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        if (settings.Root.AccessKey is { } rootKey)
            keys[rootKey] = "root.accessKey";
        for (var i = 0; i < settings.Users.Count; i++)
        {
            var (user, at) = (settings.Users[i], $"users[{i}]");
            CheckUnique(names, user.Name, $"{at}.name");
            CheckUnique(keys, user.AccessKey, $"{at}.accessKey");
            if (user.Id is not null)
                CheckUnique(ids, user.Id, $"{at}.id");
        }
    }

    static void CheckUnique(Dictionary<string, string> taken, string value, string path)
    {
        if (!taken.TryAdd(value, path))
            throw new SettingsException($"{path} is '{value}', which {taken[value]} has already; allowed: a value of its own");
    }
}
