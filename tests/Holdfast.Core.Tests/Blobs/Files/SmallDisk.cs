using System.Diagnostics;

namespace Holdfast.Core.Tests.Blobs.Files;

/// <summary>A filesystem of a fixed size, in memory, mounted for one test. Needs root: elsewhere the test is skipped and says so.</summary>
sealed class SmallDisk : IDisposable
{
    SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static SmallDisk MountOrSkip(int megabytes)
    {
        var path = Directory.CreateTempSubdirectory("holdfast-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "none", path))
            return new SmallDisk(path);
        Directory.Delete(path);
        Assert.Skip("a tmpfs cannot be mounted here, so a full disk cannot be had");
        throw new InvalidOperationException();
    }

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", Path));

    public void MakeWritable() => Assert.True(Run("mount", "-o", "remount,rw", Path));

    public void Dispose()
    {
        Assert.True(Run("umount", Path));
        Directory.Delete(Path);
    }

    static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
