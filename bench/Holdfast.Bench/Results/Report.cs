using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Bench.Machine;

namespace Holdfast.Bench.Results;

/// <summary>
/// The results of a day: a JSON file and a Markdown table of the same name. Rows measured again replace those of the day before now.
/// </summary>
public sealed class Report
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public sealed record Server(string Version, string CommandLine);

    public required MachineFacts Machine { get; set; }

    /// <summary>What ran, by the subject's name.</summary>
    public SortedDictionary<string, Server> Servers { get; init; } = new(StringComparer.Ordinal);

    public List<Row> Rows { get; init; } = [];

    /// <summary>The Markdown file.</summary>
    [JsonIgnore]
    public string Path { get; private set; } = "";

    public static Report Open(BenchOptions options)
    {
        Directory.CreateDirectory(options.Results);
        var path = System.IO.Path.Combine(options.Results, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}.md");
        var machine = MachineFacts.Read(options.Root);
        var json = System.IO.Path.ChangeExtension(path, ".json");
        var report = File.Exists(json)
            ? JsonSerializer.Deserialize<Report>(File.ReadAllText(json), Json)!
            : new Report { Machine = machine };
        report.Machine = machine;
        report.Path = path;
        return report;
    }

    public void Write(Row row)
    {
        Rows.RemoveAll(old => old.Name == row.Name);
        Rows.Add(row);
        Rows.Sort((a, b) => Scenarios.Catalogue.Place(a.Name).CompareTo(Scenarios.Catalogue.Place(b.Name)));
        File.WriteAllText(System.IO.Path.ChangeExtension(Path, ".json"), JsonSerializer.Serialize(this, Json) + "\n");
        File.WriteAllText(Path, Markdown.Document(this));
    }
}
