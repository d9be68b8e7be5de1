namespace Holdfast.Server.Hosting.Settings;

/// <summary>The credentials of the one user who may do everything; both or neither.</summary>
public sealed record RootSettings
{
    [Setting(
        "Root's access key: letters, digits and - _ . = / +. Given together with root.secretKey.", Min = 3, Max = 128, Example = "root")]
    public string? AccessKey { get; init; }

    [Setting("Root's secret key.", Min = 8, Max = 128, Secret = true, Example = "change-me-now")]
    public string? SecretKey { get; init; }
}

/// <summary>One user of the list <c>users</c>.</summary>
public sealed record UserSettings
{
    [Setting("The user's name, unique on this server.", Min = 1, Max = 64, Required = true, Example = "ci")]
    public string Name { get; init; } = "";

    [Setting("Shown as the owner's name in S3 answers; the name when left out.", Max = 256, Example = "Build machines")]
    public string? DisplayName { get; init; }

    [Setting("Where the user can be reached.", Max = 256, Example = "ci@example.com")]
    public string? Email { get; init; }

    [Setting(
        "The user's access key, unique on this server: letters, digits and - _ . = / +.",
        Min = 3, Max = 128, Required = true, Example = "ci-access")]
    public string AccessKey { get; init; } = "";

    [Setting("The user's secret key.", Min = 8, Max = 128, Secret = true, Required = true, Example = "change-me-too")]
    public string SecretKey { get; init; } = "";

    [Setting("The owner ID shown in S3 answers; derived from the name when left out.", Min = 1, Max = 128, Example = "ci-owner-id")]
    public string? Id { get; init; }

    [Setting("The organization the user belongs to.", Min = 1, Max = 64)]
    public string Organization { get; init; } = "default";

    [Setting("Makes the user an owner of the organization, who may do everything in it.")]
    public bool Owner { get; init; }
}

/// <summary>Which protocols are served.</summary>
public sealed record DoorSettings
{
    [Setting("The S3 API, at / and at /s3/.")]
    public bool S3 { get; init; } = true;

    [Setting("The OCI distribution API, at /v2/ and /token.")]
    public bool Oci { get; init; } = true;

    [Setting("ByteStream and the Remote Execution CAS, on the grpc listener. They are not in this version: on is refused.")]
    public bool Cas { get; init; }

    [Setting("The admin API, at /api/v1/.")]
    public bool Admin { get; init; } = true;
}
