using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.TestKit.Server;

/// <summary>
/// A self-signed certificate for the loopback names, as PEM files; it is its own authority, so clients trust <see cref="CertificateFile"/>.
/// </summary>
public sealed class TestCertificate
{
    TestCertificate(string certificateFile, string keyFile, X509Certificate2 certificate) =>
        (CertificateFile, KeyFile, Certificate) = (certificateFile, keyFile, certificate);

    public string CertificateFile { get; }

    public string KeyFile { get; }

    /// <summary>Without the private key.</summary>
    public X509Certificate2 Certificate { get; }

    public static TestCertificate Create(string directory, string name = "tls")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=holdfast test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("*.localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        var certificateFile = Path.Combine(directory, name + ".crt");
        var keyFile = Path.Combine(directory, name + ".key");
        File.WriteAllText(certificateFile, signed.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return new TestCertificate(certificateFile, keyFile, X509CertificateLoader.LoadCertificate(signed.RawData));
    }
}
