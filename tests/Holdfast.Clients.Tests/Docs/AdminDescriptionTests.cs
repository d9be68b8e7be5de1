using Holdfast.Clients.Tests.Running;
using Holdfast.Server.Hosting.Target;
using Holdfast.TestKit.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using YamlDotNet.RepresentationModel;

namespace Holdfast.Clients.Tests.Docs;

/// <summary>api/admin.yaml says what the server does: every route it maps is described, and nothing else is.</summary>
public sealed class AdminDescriptionTests
{
    static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head", "options"];

    readonly YamlMappingNode _description = Read();

    [Fact]
    public async Task Described_and_mapped_operations_are_the_same()
    {
        await using var server = await ServerFixture.StartAsync();
        var mapped = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith(TargetRoutes.Admin + "/", StringComparison.Ordinal) == true)
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                .Select(method => $"{method} "
                    + endpoint.RoutePattern.RawText![TargetRoutes.Admin.Length..].Replace("{**", "{", StringComparison.Ordinal)));

        Assert.Equal(mapped.Order(StringComparer.Ordinal), Described().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_is_an_OpenAPI_description_with_an_answer_for_every_operation()
    {
        Assert.StartsWith("3.1", Text(_description, "openapi"), StringComparison.Ordinal);
        Assert.NotEmpty(Text(Map(_description, "info"), "title"));
        Assert.NotEmpty(Text(Map(_description, "info"), "version"));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in Operations())
        {
            Assert.True(names.Add(Text(operation, "operationId")), $"{Text(operation, "operationId")} is named twice");
            var answers = Map(operation, "responses").Children;
            Assert.Contains(answers, answer => ((YamlScalarNode)answer.Key).Value!.StartsWith('2'));
            Assert.True(answers.ContainsKey("default"));
        }
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = _description.AllNodes.OfType<YamlMappingNode>()
            .Where(node => node.Children.ContainsKey("$ref")).Select(node => Text(node, "$ref")).Distinct().ToList();

        Assert.NotEmpty(references);
        foreach (var reference in references)
        {
            YamlNode at = _description;
            Assert.StartsWith("#/", reference, StringComparison.Ordinal);
            foreach (var step in reference[2..].Split('/'))
            {
                Assert.True(((YamlMappingNode)at).Children.ContainsKey(step), $"{reference} leads nowhere");
                at = at[step];
            }
        }
    }

    IEnumerable<string> Described() =>
        from path in Map(_description, "paths").Children
        from operation in ((YamlMappingNode)path.Value).Children
        let method = ((YamlScalarNode)operation.Key).Value!
        where Methods.Contains(method)
        select $"{method.ToUpperInvariant()} {((YamlScalarNode)path.Key).Value}";

    IEnumerable<YamlMappingNode> Operations() =>
        from path in Map(_description, "paths").Children
        from operation in ((YamlMappingNode)path.Value).Children
        where Methods.Contains(((YamlScalarNode)operation.Key).Value)
        select (YamlMappingNode)operation.Value;

    static YamlMappingNode Map(YamlMappingNode node, string name) => Assert.IsType<YamlMappingNode>(node.Children[name]);

    static string Text(YamlMappingNode node, string name) => Assert.IsType<YamlScalarNode>(node.Children[name]).Value ?? "";

    static YamlMappingNode Read()
    {
        using var text = File.OpenText(Path.Combine(Installed.Root, "api/admin.yaml"));
        var stream = new YamlStream();
        stream.Load(text);
        return Assert.IsType<YamlMappingNode>(stream.Documents[0].RootNode);
    }
}
