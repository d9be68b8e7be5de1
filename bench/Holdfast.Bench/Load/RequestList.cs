using System.Text;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Load;

/// <summary>A file of presigned requests for each thread of wrk.</summary>
public sealed class RequestList(string path) : IDisposable
{
    /// <summary>One for each core.</summary>
    public const int Threads = 2;

    public string Path => path;

    /// <summary>Reads of seeded objects, to be repeated as long as the run lasts. The threads begin at different places.</summary>
    public static RequestList Reads(string path, Subject subject, (string Path, string ETag)[] objects)
    {
        var lines = objects.Select(one => $"GET {subject.Target("GET", one.Path)}").ToArray();
        for (var thread = 0; thread < Threads; thread++)
        {
            var first = lines.Length * thread / Threads;
            Write(path, thread, [.. lines[first..], .. lines[..first]]);
        }

        return new(path);
    }

    /// <summary>Writes of <paramref name="count"/> keys that were never used before, shared out among the threads.</summary>
    public static RequestList Writes(string path, Subject subject, string prefix, int count)
    {
        Parallel.For(0, Threads, thread => Write(
            path, thread, Enumerable.Range(0, count / Threads)
                .Select(i => $"PUT {subject.Target("PUT", $"{prefix}/{thread}/{i / 1000:D4}/{i % 1000:D3}")}")));
        return new(path);
    }

    public void Dispose()
    {
        for (var thread = 0; thread < Threads; thread++)
            File.Delete($"{path}.{thread}");
    }

    static void Write(string path, int thread, IEnumerable<string> lines)
    {
        using StreamWriter file = new($"{path}.{thread}", append: false, new UTF8Encoding(false), 1 << 20) { NewLine = "\n" };
        foreach (var line in lines)
            file.WriteLine(line);
    }
}
