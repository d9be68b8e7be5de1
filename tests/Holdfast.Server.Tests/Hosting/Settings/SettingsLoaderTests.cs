using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Settings;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Hosting.Settings;

public sealed class SettingsLoaderTests
{
    const string Abc = "{name: a, accessKey: abc, secretKey: 12345678}";

    [Fact]
    public void Flags_override_variables_and_variables_override_the_file()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory.File("s.yaml"), "http: 127.0.0.1:1\ngrpc: 127.0.0.1:1\ndata: from-file\ns3:\n  region: eu-1\n");

        var loaded = SettingsLoader.Load(
            directory.File("s.yaml"),
            new Dictionary<string, string> { ["HOLDFAST_HTTP"] = "127.0.0.1:2", ["HOLDFAST_GRPC"] = "127.0.0.1:2", ["PATH"] = "x" },
            new Dictionary<string, SettingNode> { ["grpc"] = SettingNode.Of("127.0.0.1:3", "--grpc") });

        Assert.Equal(new ListenAddress("127.0.0.1", 2), loaded.Settings.Http);
        Assert.Equal(new ListenAddress("127.0.0.1", 3), loaded.Settings.Grpc);
        Assert.Equal(("from-file", "eu-1"), (loaded.Settings.Data, loaded.Settings.S3.Region));
        Assert.Equal("--grpc", loaded.Origins["grpc"]);
        Assert.Equal("HOLDFAST_HTTP", loaded.Origins["http"]);
        Assert.EndsWith("s.yaml line 3", loaded.Origins["data"], StringComparison.Ordinal);
        Assert.False(loaded.Origins.ContainsKey("catalog"));
    }

    [Theory]
    [InlineData("s3: {anonymus: off}", "s3.anonymus", "did you mean s3.anonymous?")]
    [InlineData("htp: x", "htp", "did you mean http?")]
    [InlineData("qqqqqq: x", "qqqqqq", "known are data, http")]
    [InlineData("s3: {anonymous: sometimes}", "s3.anonymous is 'sometimes'", "allowed: off, read, write, all")]
    [InlineData("doors: {s3: maybe}", "doors.s3 is 'maybe'", "allowed: on, off")]
    [InlineData("s3: {maxPutBytes: 5 parsecs}", "s3.maxPutBytes is '5 parsecs'", "at least 1")]
    [InlineData("collection: {grace: 5x}", "collection.grace is '5x'", "a duration, as in 500ms, 30s, 1h30m or 7d")]
    [InlineData("collection: {batchSize: 0}", "collection.batchSize is '0'", "a whole number, 1 to 10000")]
    [InlineData("http: nowhere", "http is 'nowhere'", "127.0.0.1:8080")]
    [InlineData("http: 127.0.0.1:99999", "http is '127.0.0.1:99999'", "ADDRESS:PORT")]
    [InlineData("http: [1]", "http is a list", "ADDRESS:PORT")]
    [InlineData("s3: text", "s3", "must be a map")]
    [InlineData("catalog: mysql://x", "catalog is a secret that is not shown here", "postgres://")]
    [InlineData("telemetry: {otlpEndpoint: nowhere}", "telemetry.otlpEndpoint is 'nowhere'", "http or https URL")]
    [InlineData("proxies: [10.0.0.0/99]", "proxies[0] is '10.0.0.0/99'", "a network")]
    [InlineData("s3: {domains: ['a b']}", "s3.domains[0] is 'a b'", "a domain name")]
    [InlineData("root: {accessKey: abc}", "root.secretKey is missing", "root.accessKey is set")]
    [InlineData("tls: {key: abc}", "tls.cert is missing", "tls.key is set")]
    [InlineData("root: {accessKey: abc, secretKey: short}", "root.secretKey is a secret that is not shown here", "8 to 128 characters")]
    [InlineData("users: [{name: a, accessKey: abc}]", "users[0].secretKey", "is missing")]
    [InlineData("users: [{name: a, acessKey: abc}]", "users[0].acessKey", "did you mean users[0].accessKey?")]
    [InlineData($"users: [{Abc}, {{name: a, accessKey: abd, secretKey: 12345678}}]", "users[1].name is 'a'", "users[0].name")]
    [InlineData($"users: [{Abc}, {{name: b, accessKey: abc, secretKey: 12345678}}]", "users[1].accessKey is 'abc'", "users[0].accessKey")]
    [InlineData($"{{root: {{accessKey: abc, secretKey: 12345678}}, users: [{Abc}]}}", "users[0].accessKey is 'abc'", "root.accessKey")]
    [InlineData("users: [{name: root, accessKey: abc, secretKey: 12345678}]", "users[0].name is 'root'", "the root user")]
    [InlineData("{http: ':8080', s3: {anonymous: read}}", "s3.anonymous is 'read'", "s3.anonymousForce")]
    [InlineData("doors: {cas: on}", "doors.cas is 'on'", "is not in this version; allowed: off")]
    [InlineData(
        "{http: ':9', metrics: {listen: '127.0.0.1:9'}}", "metrics.listen is '127.0.0.1:9', where http listens", "a port of its own")]
    [InlineData("{http: 'localhost:9', metrics: {listen: '127.0.0.1:9'}}", "metrics.listen", "a port of its own")]
    [InlineData("catalog: 'postgres://u:p@h:abc/db'", "catalog is a secret that is not shown here", "postgres://")]
    [InlineData("catalog: 'postgres://u:p@h:0/db'", "catalog is a secret that is not shown here", "postgres://")]
    [InlineData("root: {accessKey: 'a b', secretKey: 12345678}", "root.accessKey is 'a b'", "letters a to z")]
    [InlineData("users: [{name: a, accessKey: 'ab,c', secretKey: 12345678}]", "users[0].accessKey is 'ab,c'", "- _ . = / +")]
    [InlineData(
        "users: [{name: a, accessKey: abc, secretKey: 12345678, id: anonymous}]", "users[0].id is 'anonymous'", "without credentials")]
    [InlineData(
        "users: [{name: a, accessKey: abc, secretKey: 12345678, id: 9d92a111e2c5c2d08b7eee447a8f84da05905686a2a5199cd1d078aac050fff5}]",
        "users[0].id", "the root user")]
    [InlineData("xyz: 1", "xyz (", "known are data, http")]
    [InlineData("a: [", "line 2", "neither YAML nor JSON")]
    public void A_wrong_setting_is_refused_by_path_value_and_what_is_allowed(string text, string path, string allowed)
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory.File("s.yaml"), text);

        var refusal = Assert.Throws<SettingsException>(() => SettingsLoader.LoadFile(directory.File("s.yaml")));

        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_variable_is_refused_with_the_nearest_one_but_foreign_ones_are_not()
    {
        var refusal = Assert.Throws<SettingsException>(() => FromEnvironment(("HOLDFAST_S3_ANONYMUS", "off")));

        Assert.Contains("did you mean HOLDFAST_S3_ANONYMOUS?", refusal.Message, StringComparison.Ordinal);
        FromEnvironment(("HOLDFAST_SERVICE_HOST", "10.0.0.1"), ("HOLDFAST_PORT", "tcp://10.0.0.1:8080"));
        FromEnvironment(("HOLDFAST_TEST_X", "1"), ("HOLDFAST_HTTP", ""));
    }

    [Fact]
    public void Variables_hold_lists_with_commas_and_users_as_YAML_or_JSON()
    {
        var settings = FromEnvironment(
            ("HOLDFAST_S3_DOMAINS", "localhost, S3.Example.com"),
            ("HOLDFAST_USERS", """[{"name": "ci", "accessKey": "ci-access", "secretKey": "ci-secret-key", "owner": true}]"""),
            ("HOLDFAST_S3_MAX_PUT_BYTES", "1.5GiB"),
            ("HOLDFAST_COLLECTION_GRACE", "0"),
            ("HOLDFAST_UPLOADS_EXPIRY", "1h30m"));

        Assert.Equal(["localhost", "s3.example.com"], settings.S3.Domains);
        var user = new UserSettings { Name = "ci", AccessKey = "ci-access", SecretKey = "ci-secret-key", Owner = true };
        Assert.Equal(user, Assert.Single(settings.Users));
        Assert.Equal(3L << 29, settings.S3.MaxPutBytes);
        Assert.Equal(TimeSpan.Zero, settings.Collection.Grace);
        Assert.Equal(TimeSpan.FromMinutes(90), settings.Uploads.Expiry);
    }

    [Fact]
    public void JSON_with_tabs_and_YAML_say_the_same()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(
            directory.File("s.json"),
            "{\n\t\"http\": \":9000\",\n\t\"doors\": {\"admin\": false},\n\t\"collection\": {\"batchSize\": 5}\n}");
        File.WriteAllText(directory.File("s.yaml"), "http: :9000\ndoors:\n  admin: off\ncollection:\n  batchSize: 5\nscrub:\n");

        Assert.Equivalent(
            SettingsLoader.LoadFile(directory.File("s.yaml")).Settings, SettingsLoader.LoadFile(directory.File("s.json")).Settings);
        Assert.True(
            SettingsLoader.LoadFile(directory.File("s.json")).Settings
                is { Http.IsAny: true, Doors.Admin: false, Collection.BatchSize: 5 });
    }

    [Fact]
    public void Every_setting_has_a_variable_of_its_own()
    {
        var names = SettingModel.Root.All.Select(setting => setting.EnvironmentName).ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.DoesNotContain(names, EnvironmentNames.IsForeign);
        Assert.Equal("HOLDFAST_S3_MAX_PUT_BYTES", SettingModel.Root.Find("s3.maxPutBytes")?.EnvironmentName);
        Assert.Equal("HOLDFAST_ROOT_ACCESS_KEY", SettingModel.Root.Find("root.accessKey")?.EnvironmentName);
    }

    [Fact]
    public void A_missing_file_is_refused()
    {
        var refusal = Assert.Throws<SettingsException>(() => SettingsLoader.LoadFile("/nowhere/s.yaml"));

        Assert.Contains("cannot be read", refusal.Message, StringComparison.Ordinal);
    }

    static HoldfastSettings FromEnvironment(params (string Name, string Value)[] variables) => SettingsLoader.Load(
        null, variables.ToDictionary(pair => pair.Name, pair => pair.Value), new Dictionary<string, SettingNode>()).Settings;
}
