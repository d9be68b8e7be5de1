using System.Net;
using System.Text.RegularExpressions;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Hosting.Life;

public sealed class ProcessTests
{
    [Fact]
    public async Task The_first_start_makes_and_shows_root_credentials_and_later_starts_only_tell_where_they_are()
    {
        using var directory = new TestDirectory();
        string[] arguments = ["serve", "--data", directory.File("data"), "--http", "127.0.0.1:0"];
        var file = directory.File("data/root-credentials");

        string secret;
        await using (var first = await HoldfastProcess.StartAsync(arguments))
        {
            var kept = await File.ReadAllLinesAsync(file);
            var access = kept[0].Split('=')[1];
            secret = kept[1].Split('=')[1];
            Assert.Matches("^[A-Z2-7]{20}$", access);
            Assert.Matches("^[A-Za-z0-9]{40}$", secret);
            Assert.Contains(access, first.Output, StringComparison.Ordinal);
            Assert.Contains(secret, first.Output, StringComparison.Ordinal);
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.Equal(0, await first.TerminateAsync());
        }

        await using var second = await HoldfastProcess.StartAsync(arguments);

        Assert.DoesNotContain(secret, second.Output, StringComparison.Ordinal);
        Assert.Contains(file, second.Output, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFiles(directory.File("data"), "root-credentials*"));
    }

    [Fact]
    public async Task Credentials_that_a_failed_start_made_are_shown_by_the_first_that_serves()
    {
        using var directory = new TestDirectory();
        string[] arguments = ["--data", directory.File("data"), "--http"];

        Assert.Equal(1, (await HoldfastProcess.RunAsync([.. arguments, "192.0.2.1:1"])).ExitCode);
        var secret = (await File.ReadAllLinesAsync(directory.File("data/root-credentials")))[1].Split('=')[1];
        await using (var first = await HoldfastProcess.StartAsync([.. arguments, "127.0.0.1:0"]))
            Assert.Contains(secret, first.Output, StringComparison.Ordinal);
        await using var second = await HoldfastProcess.StartAsync([.. arguments, "127.0.0.1:0"]);

        Assert.DoesNotContain(secret, second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_others_can_read_are_taken_from_them_with_a_warning()
    {
        using var directory = new TestDirectory();
        var file = directory.File("root-credentials");
        File.WriteAllText(file, "HOLDFAST_ROOT_ACCESS_KEY=the-key\nHOLDFAST_ROOT_SECRET_KEY=the-secret\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        await using (var first = await HoldfastProcess.StartAsync(["--data", directory.Path, "--http", "127.0.0.1:0"]))
            Assert.Contains($"Warning: others could read {file}", first.Output, StringComparison.Ordinal);
        await using var second = await HoldfastProcess.StartAsync(["--data", directory.Path, "--http", "127.0.0.1:0"]);

        Assert.DoesNotContain("Warning", second.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData(">/dev/full")]
    public async Task It_serves_and_stops_well_when_its_output_takes_nothing(string redirection)
    {
        using var directory = new TestDirectory();
        await using var server = await HoldfastProcess.StartMuteAsync(directory.File("data"), redirection);
        using var client = new HttpClient();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(server.BaseAddress, "readyz"))).StatusCode);
        await UntilMetricsAsync(server, "\nholdfast_log_dropped_total [1-9]");
        Assert.Equal(0, await server.TerminateAsync());
        Assert.Equal("", server.Errors);
    }

    [Fact]
    public async Task Without_a_verb_it_serves_and_the_variables_are_heard()
    {
        using var directory = new TestDirectory();
        await using var server = await HoldfastProcess.StartAsync([], new Dictionary<string, string>
        {
            ["HOLDFAST_DATA"] = directory.File("data"),
            ["HOLDFAST_HTTP"] = "127.0.0.1:0",
            ["HOLDFAST_ROOT_ACCESS_KEY"] = "abc",
            ["HOLDFAST_ROOT_SECRET_KEY"] = "12345678",
            ["HOLDFAST_S3_ANONYMOUS"] = "read",
        });
        using var client = new HttpClient();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(server.BaseAddress, "readyz"))).StatusCode);
        Assert.False(File.Exists(directory.File("data/root-credentials")));
        Assert.Contains("Warning: s3.anonymous is read", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("12345678", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_in_flight_is_finished_before_the_process_ends()
    {
        using var directory = new TestDirectory();
        await using var server = await HoldfastProcess.StartAsync(["--data", directory.File("data"), "--http", "127.0.0.1:0"]);
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);
        // The refusal waits for the rest of the body: a request that is in flight for as long as this test likes.
        await connection.SendAsync("PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n12");

        await UntilInFlightAsync(server);
        server.BeginTerminate();
        await connection.SendAsync("34");
        var (head, _) = await connection.ReceiveAsync();

        Assert.StartsWith("HTTP/1.1 404 ", head, StringComparison.Ordinal);
        Assert.Equal(0, await server.WaitForExitAsync());
    }

    // This request and the other.
    static Task UntilInFlightAsync(HoldfastProcess server) => UntilMetricsAsync(server, "\nholdfast_requests_active 2\n");

    static async Task UntilMetricsAsync(HoldfastProcess server, string pattern)
    {
        using var client = new HttpClient();
        using var limit = new CancellationTokenSource(HoldfastProcess.Patience);
        string metrics;
        do
            metrics = await client.GetStringAsync(new Uri(server.BaseAddress, "metrics"), limit.Token);
        while (!Regex.IsMatch(metrics, pattern, RegexOptions.NonBacktracking));
    }

    [Theory]
    [InlineData(2, "'sreve' is not a verb; did you mean serve?", "sreve")]
    [InlineData(2, "--htp is not a flag; did you mean --http?", "serve", "--htp", "x")]
    [InlineData(2, "--http needs a value", "--http")]
    [InlineData(2, "--http is given twice", "--http", "127.0.0.1:0", "--http=127.0.0.1:0")]
    [InlineData(2, "http is 'nowhere' (--http); allowed: ADDRESS:PORT", "--http", "nowhere")]
    [InlineData(2, "the settings file /nowhere/x.yaml cannot be read", "--config", "/nowhere/x.yaml")]
    [InlineData(2, "--output is 'xml'; allowed", "version", "-o", "xml")]
    [InlineData(1, "the data directory /dev/null/x cannot be made", "--data", "/dev/null/x")]
    [InlineData(
        2, "tls.cert is '/nowhere.crt', which is not there; allowed: a PEM file",
        "--tls-cert", "/nowhere.crt", "--tls-key", "/nowhere.key", "--http", "127.0.0.1:0")]
    [InlineData(
        1, "tls.cert is '/etc/hostname' and tls.key is '/etc/hostname', which cannot be used together",
        "--tls-cert", "/etc/hostname", "--tls-key", "/etc/hostname", "--http", "127.0.0.1:0")]
    [InlineData(1, "cannot listen on 192.0.2.1:1", "--http", "192.0.2.1:1")]
    public async Task What_is_wrong_is_said_in_one_sentence(int code, string sentence, params string[] arguments)
    {
        using var directory = new TestDirectory();

        var run = await HoldfastProcess.RunAsync(arguments, new Dictionary<string, string>
        {
            [arguments.Contains("--data") ? "HOLDFAST_TEST_X" : "HOLDFAST_DATA"] = directory.File("data"),
        });

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(sentence, run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.Split('\n'));
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_stops_the_start()
    {
        await using var server = await ServerFixture.StartAsync();
        using var directory = new TestDirectory();

        var run = await HoldfastProcess.RunAsync(["--data", directory.File("data"), "--http", $"127.0.0.1:{server.BaseAddress.Port}"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cannot listen: Failed to bind to address", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{server.BaseAddress.Port}: address already in use", run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.Split('\n'));
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task Credentials_that_cannot_be_understood_stop_the_start()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory.File("root-credentials"), "nonsense");

        var run = await HoldfastProcess.RunAsync(["--data", directory.Path, "--http", "127.0.0.1:0"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("must hold the lines HOLDFAST_ROOT_ACCESS_KEY=", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_cannot_have_the_key_of_root()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory.File("root-credentials"), "HOLDFAST_ROOT_ACCESS_KEY=the-key\nHOLDFAST_ROOT_SECRET_KEY=the-secret\n");

        var run = await HoldfastProcess.RunAsync(
            ["--data", directory.Path, "--http", "127.0.0.1:0"],
            new Dictionary<string, string> { ["HOLDFAST_USERS"] = "[{name: a, accessKey: the-key, secretKey: 12345678}]" });

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("has the access key of root", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_addresses_are_announced_as_one_that_can_be_opened()
    {
        using var directory = new TestDirectory();
        await using var server = await HoldfastProcess.StartAsync(["--data", directory.File("data"), "--http", ":0"]);

        Assert.Equal("localhost", server.BaseAddress.Host);
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(server.BaseAddress, "readyz"))).StatusCode);
    }

    [Fact]
    public async Task Killed_it_is_gone_at_once()
    {
        using var directory = new TestDirectory();
        await using var server = await HoldfastProcess.StartAsync(["--data", directory.File("data"), "--http", "127.0.0.1:0"]);

        await server.Kill9Async();

        Assert.NotEqual(0, await server.WaitForExitAsync());
    }
}
