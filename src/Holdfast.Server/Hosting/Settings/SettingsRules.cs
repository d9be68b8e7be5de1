using System.Buffers;
using Holdfast.Core.Access;
using Holdfast.Server.Hosting.Listeners;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The rules that concern more than one setting.</summary>
public static class SettingsRules
{
    static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=/+");

    /// <exception cref="SettingsException">Two settings do not go together.</exception>
    public static void Check(HoldfastSettings settings)
    {
        CheckPair("tls.cert", settings.Tls.Cert, "tls.key", settings.Tls.Key);
        CheckPair("root.accessKey", settings.Root.AccessKey, "root.secretKey", settings.Root.SecretKey);
        CheckAddresses(settings);
        CheckAnonymous(settings);
        CheckUsers(settings);
    }

    /// <summary>What the settings can say and this version cannot do yet.</summary>
    /// <exception cref="SettingsException">A door is on that nothing is behind.</exception>
    public static void CheckVersion(HoldfastSettings settings)
    {
        CheckDoor("doors.cas", settings.Doors.Cas, "the Remote Execution CAS");
    }

    static void CheckDoor(string path, bool isOn, string what)
    {
        if (isOn)
            throw new SettingsException($"{path} is 'on', and {what} is not in this version; allowed: off");
    }

    static void CheckAddresses(HoldfastSettings settings)
    {
        var listeners = new List<(string Path, ListenAddress Address)> { ("http", settings.Http) };
        if (settings.Doors.Cas)
            listeners.Add(("grpc", settings.Grpc));
        if (settings.Metrics.Listen is { } metrics)
            listeners.Add(("metrics.listen", metrics));
        for (var i = 1; i < listeners.Count; i++)
        {
            var (path, address) = listeners[i];
            if (listeners.Take(i).FirstOrDefault(other => other.Address.Meets(address)) is { Path: { } taken })
                throw new SettingsException(
                    $"{path} is '{address}', where {taken} listens already; allowed: an address or a port of its own");
        }
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
        var ids = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [OwnerIds.Of("root")] = "the root user",
            [Principal.Anonymous.Id] = "who comes without credentials",
        };
        if (settings.Root.AccessKey is { } rootKey)
        {
            CheckKey(rootKey, "root.accessKey");
            keys[rootKey] = "root.accessKey";
        }

        for (var i = 0; i < settings.Users.Count; i++)
        {
            var (user, at) = (settings.Users[i], $"users[{i}]");
            CheckUnique(names, user.Name, $"{at}.name");
            CheckKey(user.AccessKey, $"{at}.accessKey");
            CheckUnique(keys, user.AccessKey, $"{at}.accessKey");
            CheckUnique(ids, user.Id ?? OwnerIds.Of(user.Name), $"{at}.id");
        }
    }

    /// <summary>An access key travels in headers and URLs, between commas, slashes and colons that mean something.</summary>
    static void CheckKey(string key, string path)
    {
        if (key.AsSpan().ContainsAnyExcept(KeyCharacters))
            throw new SettingsException($"{path} is '{key}'; allowed: 3 to 128 of the letters a to z and A to Z, digits and - _ . = / +");
    }

    static void CheckUnique(Dictionary<string, string> taken, string value, string path)
    {
        if (!taken.TryAdd(value, path))
            throw new SettingsException($"{path} is '{value}', which {taken[value]} has already; allowed: a value of its own");
    }
}
