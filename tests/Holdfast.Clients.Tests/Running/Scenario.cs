namespace Holdfast.Clients.Tests.Running;

/// <summary>How the client programs of <c>js/</c> and <c>py/</c> learn where the server is.</summary>
public static class Scenario
{
    public static (string Name, string Value)[] Environment(Endpoint server) =>
    [
        ("S3_ENDPOINT", server.Address), ("S3_ACCESS_KEY", server.AccessKey), ("S3_SECRET_KEY", server.SecretKey),
        ("S3_REGION", server.Region), ("NODE_NO_WARNINGS", "1"),
        .. server.CaFile is { } ca ? [("S3_CA", ca), ("NODE_EXTRA_CA_CERTS", ca)] : Array.Empty<(string, string)>(),
    ];
}
