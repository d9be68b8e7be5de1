using System.Text.Json;
using Holdfast.Server.Hosting.Settings;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Hosting.Settings;

public sealed class SettingsFormsTests
{
    static readonly string Root = FindRoot();

    [Fact]
    public void The_shipped_file_loads_as_it_is_and_says_nothing()
    {
        var loaded = SettingsLoader.LoadFile(Path.Combine(Root, "config/config.yaml"));

        Assert.Empty(loaded.Origins);
    }

    [Fact]
    public void The_shipped_file_loads_uncommented_and_says_everything()
    {
        using var directory = new TestDirectory();
        var lines = File.ReadLines(Path.Combine(Root, "config/config.yaml")).Where(
            line => !line.StartsWith("##", StringComparison.Ordinal));
        File.WriteAllLines(directory.File("all.yaml"), lines.Select(line => line.StartsWith('#') ? line[1..] : line));

        var loaded = SettingsLoader.LoadFile(directory.File("all.yaml"));

        Assert.Equal(SettingModel.Root.All.Select(setting => setting.Path).Order(), loaded.Origins.Keys.Order());
        Assert.Equal("change-me-now", loaded.Settings.Root.SecretKey);
        Assert.Equal(new HoldfastSettings().S3.MaxPutBytes, loaded.Settings.S3.MaxPutBytes);
    }

    [Fact]
    public void What_is_generated_from_the_settings_is_up_to_date()
    {
        Assert.Equal(SettingsSample.Yaml(), File.ReadAllText(Path.Combine(Root, "config/config.yaml")));
        Assert.Equal(SettingsDocs.Markdown(), File.ReadAllText(Path.Combine(Root, "docs/operate/settings.md")));
    }

    [Fact]
    public void The_schema_knows_every_setting()
    {
        var schema = JsonDocument.Parse(SettingsSchema.Build().ToJsonString()).RootElement;

        foreach (var setting in SettingModel.Root.All)
        {
            var at = schema;
            foreach (var segment in setting.Path.Split('.'))
                at = at.GetProperty("properties").GetProperty(segment);
            Assert.Contains(setting.Summary, at.GetProperty("description").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(["off", "read", "write", "all"], ListAt("properties", "s3", "properties", "anonymous", "enum"));
        Assert.Equal(["name", "accessKey", "secretKey"], ListAt("properties", "users", "items", "required"));

        IEnumerable<string?> ListAt(params string[] path) =>
            path.Aggregate(schema, (at, name) => at.GetProperty(name)).EnumerateArray().Select(item => item.GetString());
    }

    [Fact]
    public void What_is_shown_names_sources_hides_secrets_and_loads_again()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory.File("s.yaml"), """
            catalog: postgres://me:very-secret@db/x
            root: {accessKey: abc, secretKey: very-secret}
            users: [{name: a, accessKey: abd, secretKey: very-secret}]
            collection: {grace: 90m}
            """);
        var loaded = SettingsLoader.LoadFile(directory.File("s.yaml"));

        var yaml = SettingsShow.Yaml(loaded);
        var json = SettingsShow.Json(loaded);

        Assert.DoesNotContain("very-secret", yaml + json, StringComparison.Ordinal);
        Assert.Contains("catalog: \"Username=me;Password=********;Host=db;Database=x\"  # ", yaml, StringComparison.Ordinal);
        Assert.Contains("region: \"us-east-1\"  # default", yaml, StringComparison.Ordinal);
        Assert.Equal("1h30m", (string?)json["collection.grace"]!["value"]);
        Assert.EndsWith("s.yaml line 4", (string?)json["collection.grace"]!["source"], StringComparison.Ordinal);
        File.WriteAllText(directory.File("again.yaml"), yaml);
        Assert.Equal(TimeSpan.FromMinutes(90), SettingsLoader.LoadFile(directory.File("again.yaml")).Settings.Collection.Grace);
    }

    [Theory]
    [InlineData("sqlite", true, "sqlite")]
    [InlineData("postgres://u:p@ss@h:5432/d", true, "Username=u;Password=********;Host=h:5432;Database=d")]
    [InlineData("postgresql://h/d?user=u&password=p", true, "Host=h;Database=d;Username=u;Password=********")]
    [InlineData("Host=h;Username=u;Password=p", true, "Host=h;Username=u;Password=********")]
    [InlineData("postgres://h/d?unknown=1", false, null)]
    [InlineData("postgres://", false, null)]
    [InlineData("Data Source=x", false, null)]
    [InlineData("sqlite3", false, null)]
    [InlineData("", false, null)]
    public void Catalog_addresses_are_known_and_shown_without_password(string text, bool isValid, string? shown)
    {
        Assert.Equal(isValid, CatalogAddress.IsValid(text));
        if (shown is not null)
            Assert.Equal(shown, CatalogAddress.Mask(text));
    }

    [Theory]
    [InlineData("0", 0L, "0")]
    [InlineData("65536", 65536L, "64KiB")]
    [InlineData("64KiB", 65536L, "64KiB")]
    [InlineData("1.5 GiB", 1610612736L, "1536MiB")]
    [InlineData("10MB", 10000000L, "10000000")]
    [InlineData("7b", 7L, "7")]
    [InlineData("1tib", 1L << 40, "1TiB")]
    public void Byte_counts_are_read_and_written(string text, long bytes, string shown)
    {
        Assert.True(ByteCount.TryParse(text, out var read));
        Assert.Equal((bytes, shown), (read, ByteCount.Format(read)));
        Assert.True(ByteCount.TryParse(shown, out var again));
        Assert.Equal(bytes, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("KiB")]
    [InlineData("9999999999TiB")]
    [InlineData("1 KiB KiB")]
    [InlineData("1e3")]
    public void Other_byte_counts_are_not(string text) => Assert.False(ByteCount.TryParse(text, out _));

    [Theory]
    [InlineData("0", 0, "0")]
    [InlineData("500ms", 500, "500ms")]
    [InlineData("30s", 30_000, "30s")]
    [InlineData("1h30m", 5_400_000, "1h30m")]
    [InlineData("1.5h", 5_400_000, "1h30m")]
    [InlineData("7d", 604_800_000, "7d")]
    public void Durations_are_read_and_written(string text, int milliseconds, string shown)
    {
        Assert.True(Duration.TryParse(text, out var read));
        Assert.Equal((TimeSpan.FromMilliseconds(milliseconds), shown), (read, Duration.Format(read)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-1s")]
    [InlineData("h")]
    [InlineData("1y")]
    [InlineData("1h 30m")]
    [InlineData("999999999999d")]
    [InlineData("1..5s")]
    public void Other_durations_are_not(string text) => Assert.False(Duration.TryParse(text, out _));

    static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Holdfast.slnx")))
                return at.FullName;
        }

        throw new InvalidOperationException("the tests run outside the repository");
    }
}
