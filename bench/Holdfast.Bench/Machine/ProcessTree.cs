using System.Globalization;

namespace Holdfast.Bench.Machine;

/// <summary>What processes and everything they started have used, from /proc.</summary>
public static class ProcessTree
{
    // Linux reports processor time in ticks of 10 ms on every platform .NET runs on.
    const double TicksPerSecond = 100;

    /// <summary>Processor seconds, user and system, of the processes, their living descendants and those they already waited for.</summary>
    public static double CpuSeconds(IEnumerable<int> roots) => Members(roots).Sum(CpuTicks) / TicksPerSecond;

    /// <summary>Resident memory of the processes and their living descendants.</summary>
    public static long ResidentBytes(IEnumerable<int> roots) => Members(roots).Sum(ResidentBytes);

    static HashSet<int> Members(IEnumerable<int> roots)
    {
        HashSet<int> members = [.. roots];
        Stack<int> open = new(members);
        while (open.TryPop(out var parent))
        {
            foreach (var child in Children(parent).Where(members.Add))
                open.Push(child);
        }

        return members;
    }

    static IEnumerable<int> Children(int process)
    {
        var threads = $"/proc/{process}/task";
        return Directory.Exists(threads)
            ? Directory.EnumerateDirectories(threads).SelectMany(thread => Words(Path.Combine(thread, "children"))).Select(Number)
            : [];
    }

    // proc(5): after the program's name in brackets, utime is the 12th word, then stime, cutime and cstime.
    static double CpuTicks(int process)
    {
        var text = Read($"/proc/{process}/stat");
        var words = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length < 15 ? 0 : words[11..15].Sum(word => double.Parse(word, CultureInfo.InvariantCulture));
    }

    static long ResidentBytes(int process)
    {
        var line = Read($"/proc/{process}/status").Split('\n').FirstOrDefault(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return line is null ? 0 : Number(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) * 1024L;
    }

    static string[] Words(string file) => Read(file).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // The process ended meanwhile.
        }
    }
}
