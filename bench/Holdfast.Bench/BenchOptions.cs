using System.Globalization;

namespace Holdfast.Bench;

/// <summary>What to measure and how long.</summary>
public sealed record BenchOptions
{
    /// <summary>Names of the rows wanted; empty: all.</summary>
    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>The servers wanted where a row compares several: holdfast, nginx, rados, docker-registry.</summary>
    public required IReadOnlyList<string> Subjects { get; init; }

    /// <summary>A glance instead of a measurement: short trials, small data, results under out/.</summary>
    public required bool Quick { get; init; }

    /// <summary>Trials of each subject; their median counts.</summary>
    public required int Trials { get; init; }

    /// <summary>Length of a trial under load.</summary>
    public required TimeSpan Trial { get; init; }

    /// <summary>Objects in the large bucket.</summary>
    public required int Keys { get; init; }

    /// <summary>Tags in the large repository.</summary>
    public required int ManyTags { get; init; }

    /// <summary>Size of the object in the 1 GiB rows.</summary>
    public required long LargeBytes { get; init; }

    /// <summary>Size of the object in the 10 GiB row.</summary>
    public required long HugeBytes { get; init; }

    /// <summary>Connections of the crowd.</summary>
    public required int Crowd { get; init; }

    /// <summary>Keeps the shared data for the next run.</summary>
    public required bool Keep { get; init; }

    /// <summary>Repository folder.</summary>
    public required string Root { get; init; }

    /// <summary>Where servers keep their data while a row runs, on the disk to be measured. Emptied afterwards.</summary>
    public string Work => Path.Combine(Root, "bench/work/row");

    /// <summary>Where several rows share data. Emptied at the end of the run.</summary>
    public string Shared => Path.Combine(Root, "bench/work/shared");

    public string Results => Path.Combine(Root, Quick ? "out/bench" : "bench/results");

    public string Server => Path.Combine(Root, "out/holdfastd/holdfastd");

    public bool Wants(string subject) => Subjects.Contains(subject, StringComparer.Ordinal);

    /// <summary>
    /// Reads ROWS, SUBJECTS, QUICK, TRIALS, SECONDS, SIZE (keys), TAGS, CROWD and KEEP. The working directory is the repository.
    /// </summary>
    public static BenchOptions FromEnvironment()
    {
        var quick = Environment.GetEnvironmentVariable("QUICK") is "1";
        return new()
        {
            Rows = Words("ROWS", ""),
            Subjects = Words("SUBJECTS", "holdfast,nginx,rados,docker-registry"),
            Quick = quick,
            Trials = Number("TRIALS", quick ? 1 : 5),
            Trial = TimeSpan.FromSeconds(Number("SECONDS", quick ? 3 : 10)),
            Keys = Number("SIZE", quick ? 20_000 : 1_000_000),
            ManyTags = Number("TAGS", quick ? 5_000 : 100_000),
            LargeBytes = quick ? 128L << 20 : 1L << 30,
            HugeBytes = quick ? 512L << 20 : 10L << 30,
            Crowd = Number("CROWD", quick ? 1_000 : 10_000),
            Keep = Environment.GetEnvironmentVariable("KEEP") is "1",
            Root = Directory.GetCurrentDirectory(),
        };
    }

    static string[] Words(string name, string otherwise) =>
        (Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : otherwise)
            .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);

    static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
