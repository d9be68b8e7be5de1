namespace Holdfast.TestKit.Server;

/// <summary>A directory of its own under the machine's temporary one, removed when disposed.</summary>
public sealed class TestDirectory : IDisposable
{
    public TestDirectory() => Path = Directory.CreateTempSubdirectory("holdfast-test-").FullName;

    public string Path { get; }

    /// <summary>All files below it, as paths relative to it, in order.</summary>
    public List<string> Files() =>
        [.. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(Path, file)).Order(StringComparer.Ordinal)];

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already: what was wanted.
        }
    }
}
