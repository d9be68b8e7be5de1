using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Curl;

/// <summary>Plain curl: signing with its own <c>--aws-sigv4</c>, or sending what it is given.</summary>
public sealed class CurlClient : IDisposable
{
    readonly Endpoint _server;
    readonly ClientProgram _program;

    public CurlClient(Endpoint server)
    {
        _server = server;
        _program = new(Installed.Curl, Sandbox);
    }

    public Sandbox Sandbox { get; } = new();

    /// <summary>A signed request for a path of the server; the answer's body is the output, an error status a failure.</summary>
    public Task<ProgramResult> SignedAsync(string path, params string[] arguments) => _program.RunAsync(Signed(path, arguments));

    /// <summary>The status code a signed request is answered with.</summary>
    public async Task<string> StatusAsync(string path, params string[] arguments) =>
        (await _program.RunAsync([.. Signed(path, arguments)[1..], "-s", "-o", Sandbox["body"], "-w", "%{http_code}"])).Text;

    /// <summary>A request as given, unsigned; <paramref name="url"/> is absolute.</summary>
    public Task<ProgramResult> PlainAsync(string url, params string[] arguments) =>
        _program.TryAsync(["-sSf", .. Authority, .. arguments, url]);

    public async Task<string> CreateBucketAsync()
    {
        var bucket = Names.Bucket("curl");
        await SignedAsync($"/{bucket}", "-X", "PUT");
        return bucket;
    }

    public void Dispose() => Sandbox.Dispose();

    string[] Signed(string path, string[] arguments) =>
    [
        "-sSf", "--path-as-is", "--user", $"{_server.AccessKey}:{_server.SecretKey}", "--aws-sigv4", $"aws:amz:{_server.Region}:s3",
        .. Authority, .. arguments, _server.Address + path,
    ];

    string[] Authority => _server.CaFile is { } ca ? ["--cacert", ca] : [];
}
