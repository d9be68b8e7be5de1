namespace Holdfast.Clients.Tests;

/// <summary>Where the server under test answers and who the clients are. <paramref name="CaFile"/> is the PEM certificate
/// authority that signed the server's certificate; null over plain HTTP or when the machine already trusts it.</summary>
public sealed record Endpoint(Uri Url, string AccessKey, string SecretKey, string Region, string? CaFile)
{
    public bool IsHttps => Url.Scheme == Uri.UriSchemeHttps;

    /// <summary>The address without a trailing slash, as every client wants it.</summary>
    public string Address => Url.GetLeftPart(UriPartial.Authority);

    /// <summary>The server named by HOLDFAST_TEST_ENDPOINT, any S3 server; null when the variable is not set.</summary>
    public static Endpoint? FromEnvironment()
    {
        var url = Environment.GetEnvironmentVariable("HOLDFAST_TEST_ENDPOINT");
        if (string.IsNullOrEmpty(url))
            return null;
        return new(new Uri(url), Variable("ACCESS_KEY"), Variable("SECRET_KEY"), "us-east-1",
            Environment.GetEnvironmentVariable("HOLDFAST_TEST_CA"));
    }

    static string Variable(string name) => Environment.GetEnvironmentVariable($"HOLDFAST_TEST_{name}")
        ?? throw new InvalidOperationException($"HOLDFAST_TEST_ENDPOINT is set, so HOLDFAST_TEST_{name} must be set too.");
}
