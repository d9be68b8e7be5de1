using System.Security.Cryptography;
using System.Text;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Hosting.Life;

/// <summary>
/// <c>DATA/root-credentials</c>, mode 0600: two lines <c>NAME=VALUE</c> that a shell can read, named as the environment variables that
/// would replace them. Created whole or not at all. Beside it an empty <c>root-credentials.unseen</c> lies until a start has shown them:
/// one that fails after it made them has not.
/// </summary>
static class RootCredentialsFile
{
    public const string Name = "root-credentials";

    const string UnseenSuffix = ".unseen";
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    const string AccessKeyName = "HOLDFAST_ROOT_ACCESS_KEY";
    const string SecretKeyName = "HOLDFAST_ROOT_SECRET_KEY";
    const string AccessKeyLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const string SecretKeyLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The credentials that are set, else those of the file, which is made when it is missing.</summary>
    public static RootCredentials Resolve(HoldfastSettings settings)
    {
        if (settings.Root is { AccessKey: { } accessKey, SecretKey: { } secretKey })
            return new RootCredentials(accessKey, secretKey, File: null, IsNew: false);
        var file = Path.GetFullPath(Path.Combine(settings.Data, Name));
        try
        {
            return CheckUnique(File.Exists(file) ? Read(file) : Create(file), settings);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the root credentials in {file} cannot be read or made: {fault.Message}", fault);
        }
    }

    /// <summary>They were shown, so that no later start shows them.</summary>
    public static void NoteSeen(RootCredentials root)
    {
        try
        {
            if (root.File is not null)
                File.Delete(root.File + UnseenSuffix);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // They are shown once more.
        }
    }

    /// <summary>The settings' own rules know only an access key that is set.</summary>
    static RootCredentials CheckUnique(RootCredentials root, HoldfastSettings settings) =>
        settings.Users.Any(user => user.AccessKey == root.AccessKey)
            ? throw new StartException($"a user of the settings has the access key of root in {root.File}; allowed: one of its own")
            : root;

    static RootCredentials Read(string file)
    {
        var lines = File.ReadAllLines(file).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToList();
        var accessKey = lines.Find(pair => pair[0] == AccessKeyName)?[1];
        var secretKey = lines.Find(pair => pair[0] == SecretKeyName)?[1];
        return accessKey is { Length: >= 3 } && secretKey is { Length: >= 8 }
            ? new RootCredentials(accessKey, secretKey, file, File.Exists(file + UnseenSuffix)) { WasExposed = Protect(file) }
            : throw new StartException($"{file} must hold the lines {AccessKeyName}=… and {SecretKeyName}=…");
    }

    /// <summary>Whether others could read the file, which they cannot any more where it is ours to say so.</summary>
    static bool Protect(string file)
    {
        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & ~OwnerOnly) == UnixFileMode.None)
            return false;
        try
        {
            File.SetUnixFileMode(file, OwnerOnly);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Mounted from elsewhere: the warning is all there is.
        }

        return true;
    }

    static RootCredentials Create(string file)
    {
        var made = new RootCredentials(
            RandomNumberGenerator.GetString(AccessKeyLetters, 20),
            RandomNumberGenerator.GetString(SecretKeyLetters, 40),
            file,
            IsNew: true);
        var draft = $"{file}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.tmp";
        try
        {
            Write(file + UnseenSuffix, "");
            Write(draft, $"{AccessKeyName}={made.AccessKey}\n{SecretKeyName}={made.SecretKey}\n");
            File.Move(draft, file, overwrite: false);
            return made;
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process made them in the meantime: its file counts.
            return Read(file);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    static void Write(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var stream = new FileStream(file, options);
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }
}
