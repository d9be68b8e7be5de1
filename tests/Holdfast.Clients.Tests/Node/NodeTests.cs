using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Node;

/// <summary>The npm clients: their scenarios and assertions are the programs in <c>js/</c>.</summary>
public sealed class NodeTests(ServerUnderTest server) : IDisposable
{
    readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("buckets")]
    [InlineData("objects")]
    [InlineData("ranges")]
    [InlineData("upload")]
    [InlineData("multipart")]
    [InlineData("copy")]
    [InlineData("presigned")]
    [InlineData("versions")]
    [InlineData("conditions")]
    [InlineData("tags")]
    [InlineData("checksums")]
    [InlineData("many")]
    public Task The_aws_sdk_for_javascript_plays(string scenario) => PlayAsync("aws-sdk.mjs", scenario);

    [Theory]
    [InlineData("buckets")]
    [InlineData("objects")]
    [InlineData("ranges")]
    [InlineData("multipart")]
    [InlineData("copy")]
    [InlineData("presigned")]
    [InlineData("versions")]
    [InlineData("tags")]
    [InlineData("many")]
    public Task The_minio_package_plays(string scenario) => PlayAsync("minio.mjs", scenario);

    async Task PlayAsync(string script, string scenario)
    {
        ClientProgram node = new(Installed.Node, _sandbox, Scenario.Environment(server.Endpoint));

        var result = await node.RunAsync(Path.Combine(Installed.JsFolder, script), scenario);

        result.Says($"done: {scenario}");
    }
}
