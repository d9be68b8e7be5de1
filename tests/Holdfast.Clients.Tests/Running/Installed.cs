namespace Holdfast.Clients.Tests.Running;

/// <summary>Finds the programs under test. One that is missing fails the test and names the script that installs it.</summary>
public static class Installed
{
    public static string Aws => Require("/usr/bin/aws");
    public static string S3cmd => Require("/usr/bin/s3cmd");
    public static string Rclone => Require("/usr/bin/rclone");
    public static string Restic => Require("/usr/bin/restic");
    public static string Curl => Require("/usr/bin/curl");
    public static string Python => Require("/usr/bin/python3");
    public static string MinioClient => RequireNewer("minio-client");
    public static string Skopeo => Require("/usr/bin/skopeo");
    public static string Buildah => Require("/usr/bin/buildah");
    public static string Podman => Require("/usr/bin/podman");
    public static string Umoci => Require("/usr/bin/umoci");
    public static string Oras => RequireNewer("oras");
    public static string Cosign => RequireNewer("cosign");

    /// <summary>Node.js, from wherever the machine has it; 20 or newer.</summary>
    public static string Node => FindAllOnPath("node").FirstOrDefault() ?? throw Missing("node");

    /// <summary>The .NET SDK, from wherever the machine has it.</summary>
    public static string DotNet => FindAllOnPath("dotnet").FirstOrDefault() ?? throw Missing("dotnet");

    /// <summary>The folder of the npm clients, installed.</summary>
    public static string JsFolder
    {
        get
        {
            var folder = Path.Combine(Root, "tests/Holdfast.Clients.Tests/js");
            Require(Path.Combine(folder, "node_modules/@aws-sdk/client-s3/package.json"));
            return folder;
        }
    }

    public static string PyFolder => Path.Combine(Root, "tests/Holdfast.Clients.Tests/py");

    /// <summary>The repository: the first folder above the test program that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every program of that name on this process's PATH, in its order.</summary>
    public static IEnumerable<string> FindAllOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).Where(File.Exists);

    static string Require(params string[] places) => places.FirstOrDefault(File.Exists) ?? throw Missing(places[0]);

    static string RequireNewer(string name) =>
        Require(Path.Combine(Root, ".peers/trixie/usr/bin", name), Path.Combine("/usr/bin", name));

    static FileNotFoundException Missing(string path) => new($"{path} is not installed: run scripts/install-peers.sh.");

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Holdfast.slnx")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"No Holdfast.slnx above {AppContext.BaseDirectory}.");
        return folder.FullName;
    }
}
