using System.Security.Cryptography;

namespace Holdfast.Clients.Tests.Running;

/// <summary>A folder of one test: its <see cref="Home"/> is what the client takes for the user's, the rest is the test's files.
/// Removed when disposed.</summary>
public sealed class Sandbox : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("holdfast-clients-").FullName;

    public string Home => Directory.CreateDirectory(Path.Combine(Folder, "home")).FullName;

    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>A file of random bytes, its folders made on the way; answers its path.</summary>
    public string RandomFile(string name, int length)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(length));
        return path;
    }

    /// <summary>A folder holding a small file of random bytes under each of <paramref name="names"/>; answers its path.</summary>
    public string Tree(string name, IEnumerable<string> names)
    {
        foreach (var file in names)
            RandomFile(Path.Combine(name, file), RandomNumberGenerator.GetInt32(1, 2000));
        return this[name];
    }

    public string ReadText(string name) => File.ReadAllText(this[name]);

    public string EmptyFolder(string name) => Directory.CreateDirectory(this[name]).FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
