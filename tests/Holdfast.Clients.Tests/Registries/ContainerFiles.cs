using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Registries;

/// <summary>The files that skopeo, podman and buildah read besides their arguments, in the test's folder.</summary>
public sealed class ContainerFiles
{
    const string Engine = """
        [engine]
        lock_type = "file"
        events_logger = "none"
        cgroup_manager = "cgroupfs"

        """;

    readonly Sandbox _sandbox;

    public ContainerFiles(Sandbox sandbox)
    {
        _sandbox = sandbox;
        Policy = Write("policy.json", """{"default":[{"type":"insecureAcceptAnything"}]}""");
        Registries = Write("registries.conf", "");
        Containers = Write("containers.conf", Engine);
        Credentials = Write("auth.json", "{}");
    }

    /// <summary>Trusts every image.</summary>
    public string Policy { get; }

    public string Registries { get; }

    public string Containers { get; }

    /// <summary>Where a login is kept: podman wants the file before there is one.</summary>
    public string Credentials { get; }

    /// <summary>A folder as <c>--cert-dir</c> wants it; empty over plain HTTP.</summary>
    public string CertificatesOf(Registry registry)
    {
        var folder = _sandbox.EmptyFolder($"certificates-{registry.Url.Port}");
        if (registry.CaFile is { } ca)
            File.Copy(ca, Path.Combine(folder, "ca.crt"), overwrite: true);
        return folder;
    }

    string Write(string name, string content)
    {
        File.WriteAllText(_sandbox[name], content);
        return _sandbox[name];
    }
}
