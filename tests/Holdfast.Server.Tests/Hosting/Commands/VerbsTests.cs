using System.Text.Json;
using Holdfast.Server.Hosting.Commands;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Hosting.Commands;

public sealed class VerbsTests
{
    [Theory]
    [InlineData("--help", "Verbs:")]
    [InlineData("help", "Verbs:")]
    [InlineData("serve --help", "Usage: holdfastd serve [FLAGS]")]
    [InlineData("config show -h", "Print the settings in effect")]
    [InlineData("version", "holdfastd 0.")]
    [InlineData("config check --http :9", "The settings are right")]
    [InlineData("config check -o json", "{\"valid\":true}")]
    [InlineData("config show --http=:9", "http: \":9\"  # --http")]
    [InlineData("config schema", "\"$schema\"")]
    [InlineData("config docs", "# Settings")]
    [InlineData("config sample", "#http: 127.0.0.1:8080")]
    public async Task A_verb_does_what_its_name_says(string line, string expected)
    {
        var (code, output, errors) = await RunAsync(line);

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_are_printed_as_JSON_when_asked()
    {
        var version = JsonDocument.Parse((await RunAsync("version -o json")).Output).RootElement;
        var shown = JsonDocument.Parse((await RunAsync("config show --output=json")).Output).RootElement;

        Assert.StartsWith("0.", version.GetProperty("version").GetString(), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1:8080", shown.GetProperty("http").GetProperty("value").GetString());
        Assert.Equal("default", shown.GetProperty("http").GetProperty("source").GetString());
    }

    [Fact]
    public async Task What_is_wrong_with_the_settings_is_JSON_when_asked()
    {
        var (code, output, errors) = await RunAsync("config check -o json --http 9");

        var answer = JsonDocument.Parse(output).RootElement;
        Assert.Equal((2, "", false), (code, errors, answer.GetProperty("valid").GetBoolean()));
        Assert.Contains("allowed: ADDRESS:PORT", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_no_store_none_is_scrubbed_and_none_is_made()
    {
        using var directory = new TestDirectory();

        var (code, output, errors) = await RunAsync($"scrub --data {directory.File("typo")}");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("there is no store in", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [Fact]
    public async Task Help_does_not_list_what_is_hidden() =>
        Assert.DoesNotContain("config docs", (await RunAsync("--help")).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("config", "known are serve, config schema, config show, config check, scrub, version")]
    [InlineData("config shw", "did you mean config show?")]
    [InlineData("serve now", "'serve now' is not a verb")]
    [InlineData("-x", "-x is not a flag")]
    [InlineData("config check -o xml", "--output is 'xml'; allowed: text, json")]
    [InlineData("config check --tls-cert /nowhere.crt --tls-key /nowhere.key", "tls.cert is '/nowhere.crt', which is not there")]
    [InlineData("config check --http 9", "allowed: ADDRESS:PORT")]
    [InlineData("config schema -o yaml", "--output is 'yaml'; allowed: json")]
    [InlineData("serve --tls-cert /nowhere.crt --tls-key /nowhere.key", "tls.cert is '/nowhere.crt', which is not there")]
    public async Task Anything_else_is_refused(string line, string expected)
    {
        var (code, output, errors) = await RunAsync(line);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    static async Task<(int Code, string Output, string Errors)> RunAsync(string line)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await Verbs.RunAsync(line.Split(' '), output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
