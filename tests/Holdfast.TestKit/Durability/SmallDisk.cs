using System.Diagnostics;
using System.Globalization;

namespace Holdfast.TestKit.Durability;

/// <summary>
/// A filesystem of a few megabytes of its own, in memory, which a test can fill to the last byte. Needs the right to mount.
/// </summary>
public sealed class SmallDisk : IDisposable
{
    SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Null where this process may not mount.</summary>
    public static SmallDisk? TryMount(int megabytes)
    {
        var path = Directory.CreateTempSubdirectory("holdfast-disk-").FullName;
        var options = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        if (Run("mount", "-t", "tmpfs", "-o", options, "holdfast-test", path))
            return new SmallDisk(path);
        Directory.Delete(path);
        return null;
    }

    /// <summary>Like <see cref="TryMount"/>; where it cannot be had the test is skipped and says so.</summary>
    public static SmallDisk MountOrSkip(int megabytes)
    {
        var disk = TryMount(megabytes);
        Assert.SkipWhen(disk is null, "a tmpfs cannot be mounted here, so a full disk cannot be had");
        return disk!;
    }

    public void MakeReadOnly() => Remount("ro");

    public void MakeWritable() => Remount("rw");

    /// <summary>Takes all the room that is left. Disposing the answer gives it back.</summary>
    public IDisposable Fill()
    {
        var ballast = System.IO.Path.Combine(Path, "ballast");
        using var file = new FileStream(ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var piece = 1 << 20; piece > 0; piece /= 2)
        {
            while (TryWrite(file, piece))
            {
                // There was room.
            }
        }

        return new Ballast(ballast);
    }

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    void Remount(string mode)
    {
        if (!Run("mount", "-o", $"remount,{mode}", Path))
            throw new InvalidOperationException($"{Path} cannot be remounted {mode}");
    }

    static bool TryWrite(FileStream file, int count)
    {
        try
        {
            file.Write(new byte[count]);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    sealed class Ballast(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
