namespace Holdfast.Server.Hosting.Target;

/// <summary>Which protocol a request belongs to.</summary>
public enum Door
{
    /// <summary>A reserved name that nothing serves: 404.</summary>
    None,
    S3,
    Oci,
    Cas,
    Admin,
    Ui,

    /// <summary>Health and metrics.</summary>
    System,

    /// <summary>The page that a browser gets at <c>/</c>.</summary>
    Home,
}

/// <summary>The doors' names in logs and metric labels.</summary>
public static class Doors
{
    static readonly string[] Names = ["none", "s3", "oci", "cas", "admin", "ui", "system", "home"];

    public static int Count => Names.Length;

    public static string Name(this Door door) => Names[(int)door];
}
