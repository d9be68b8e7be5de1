using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Registries;

/// <summary>A registry as its clients know it. <paramref name="Host"/> is <c>127.0.0.1:PORT</c>, the beginning of every reference;
/// <paramref name="CaFile"/> is the PEM authority that signed its certificate, null over plain HTTP.</summary>
public sealed record Registry(string Host, string User, string Password, string? CaFile)
{
    public Registry(Endpoint server)
        : this(server.Url.Authority, server.AccessKey, server.SecretKey, server.CaFile)
    {
    }

    public bool IsHttps => CaFile is not null;

    public Uri Url => new($"{(IsHttps ? "https" : "http")}://{Host}/");

    /// <summary>As <c>--creds</c> wants it.</summary>
    public string Credentials => $"{User}:{Password}";

    /// <summary>As <c>--tls-verify</c> wants it.</summary>
    public string VerifiesTls => IsHttps ? "true" : "false";

    /// <summary>A reference to a tag.</summary>
    public string Tag(string repository, string tag) => $"{Host}/{repository}:{tag}";

    /// <summary>A reference to a digest.</summary>
    public string At(string repository, string digest) => $"{Host}/{repository}@{digest}";

    /// <summary>The configuration of the Docker client with these credentials, which other programs read too.</summary>
    public string DockerConfiguration()
    {
        var both = Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials));
        JsonObject hosts = new() { [Host] = new JsonObject { ["auth"] = both } };
        return new JsonObject { ["auths"] = hosts }.ToJsonString();
    }

    /// <summary>A repository no other test or run uses.</summary>
    public static string NewRepository(string team) => $"{Names.Bucket(team)}/app";
}
