using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Server.Hosting.Life;
using Holdfast.Server.Hosting.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Holdfast.Server.Hosting.Listeners;

/// <summary>The certificate of the listeners, read again when its files change. Thread safe.</summary>
sealed class TlsCertificate
{
    static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(5);

    readonly string _certificateFile;
    readonly string _keyFile;
    readonly TimeProvider _clock;
    readonly ILogger<TlsCertificate> _log;
    readonly Lock _gate = new();
    SslStreamCertificateContext _context;
    DateTime _stamp;
    long _checked;

    TlsCertificate(string certificateFile, string keyFile, TimeProvider clock, ILogger<TlsCertificate> log)
    {
        (_certificateFile, _keyFile, _clock, _log) = (certificateFile, keyFile, clock, log);
        _stamp = Stamp();
        _context = Read();
        _checked = clock.GetTimestamp();
    }

    /// <summary>Reads the files; null when TLS is not set.</summary>
    /// <exception cref="SettingsException">One is not there.</exception>
    /// <exception cref="StartException">They cannot be read or do not belong together.</exception>
    public static TlsCertificate? Load(TlsSettings settings, TimeProvider clock, ILogger<TlsCertificate> log)
    {
        if (settings is not { Cert: { } certificate, Key: { } key })
            return null;
        RequireFile("tls.cert", certificate);
        RequireFile("tls.key", key);
        try
        {
            return new TlsCertificate(certificate, key, clock, log);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException(
                $"tls.cert is '{certificate}' and tls.key is '{key}', which cannot be used together: {fault.Message}; "
                + "allowed: a certificate and its private key, PEM",
                fault);
        }
    }

    static void RequireFile(string path, string file)
    {
        if (!File.Exists(file))
            throw new SettingsException($"{path} is '{file}', which is not there; allowed: a PEM file");
    }

    public void Use(ListenOptions listener) => listener.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Current(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        }),
    });

    SslStreamCertificateContext Current()
    {
        if (_clock.GetElapsedTime(Volatile.Read(ref _checked)) < CheckEvery)
            return _context;
        lock (_gate)
        {
            Volatile.Write(ref _checked, _clock.GetTimestamp());
            if (Stamp() is var stamp && stamp != _stamp)
                Reload(stamp);
            return _context;
        }
    }

    void Reload(DateTime stamp)
    {
        try
        {
            _context = Read();
            _stamp = stamp;
            _log.CertificateReloaded(_certificateFile);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            _log.CertificateNotReloaded(fault, _certificateFile);
        }
    }

    DateTime Stamp()
    {
        var (certificate, key) = (File.GetLastWriteTimeUtc(_certificateFile), File.GetLastWriteTimeUtc(_keyFile));
        return certificate > key ? certificate : key;
    }

    SslStreamCertificateContext Read()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificateFile);
        var leaf = X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }
}
