using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Restic;

public sealed class ResticTests : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly ClientProgram _program;
    readonly string[] _options;

    public ResticTests(ServerUnderTest server)
    {
        var at = server.Endpoint;
        _program = new(Installed.Restic, _sandbox, ("AWS_ACCESS_KEY_ID", at.AccessKey), ("AWS_SECRET_ACCESS_KEY", at.SecretKey),
            ("AWS_DEFAULT_REGION", at.Region), ("RESTIC_PASSWORD", "open sesame"), ("RESTIC_PROGRESS_FPS", "0.1"),
            ("RESTIC_REPOSITORY", $"s3:{at.Address}/{Names.Bucket("restic")}/repository"));
        _options = ["--cache-dir", _sandbox.EmptyFolder("cache"), .. at.CaFile is { } ca ? ["--cacert", ca] : Array.Empty<string>()];
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task A_repository_lives_through_backup_check_prune_and_restore()
    {
        var files = _sandbox.Tree("files", Names.Odd);
        _sandbox.RandomFile("files/large", 24 * 1024 * 1024);
        await RunAsync("init");
        await RunAsync("backup", files);

        _sandbox.RandomFile("files/large", 20 * 1024 * 1024);
        File.Delete(_sandbox["files/100%"]);
        await RunAsync("backup", files);
        var snapshots = await RunAsync("snapshots", "--compact");
        await RunAsync("check", "--read-data");
        await RunAsync("forget", "--keep-last", "1", "--prune", "--max-unused", "0");
        await RunAsync("check", "--read-data");
        await RunAsync("restore", "latest", "--target", _sandbox.EmptyFolder("restored"));

        snapshots.Says("2 snapshots");
        Hashes.AssertSameTree(files, Path.Join(_sandbox["restored"], files));
        (await RunAsync("snapshots", "--compact")).Says("1 snapshots");
    }

    [Fact]
    public async Task A_repository_is_not_made_twice_and_a_wrong_password_opens_nothing()
    {
        await RunAsync("init");

        (await _program.TryAsync(["init", .. _options])).Refused("already initialized");
        (await _program.TryAsync(["snapshots", "--password-command", "echo wrong", .. _options])).Refused("wrong password");
    }

    [Fact]
    public async Task Many_small_files_are_packed_and_restored_by_several_connections()
    {
        var files = _sandbox.Tree("files", Enumerable.Range(0, 400).Select(i => $"{i % 20}/{i}"));
        await RunAsync("init", "--repository-version", "2");

        await RunAsync("backup", "--compression", "max", "-o", "s3.connections=8", files);
        await RunAsync("restore", "latest", "-o", "s3.connections=8", "--target", _sandbox.EmptyFolder("restored"));
        await RunAsync("unlock", "--remove-all");

        Hashes.AssertSameTree(files, Path.Join(_sandbox["restored"], files));
    }

    Task<ProgramResult> RunAsync(params string[] arguments) => _program.RunAsync([.. arguments, .. _options]);
}
