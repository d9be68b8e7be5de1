using System.Security.Cryptography;

namespace Holdfast.Core.Access.Tokens;

/// <summary>A key that signs tokens by ES256 (RFC 7518, section 3.4), with the id that tokens name it by. Thread safe.</summary>
public sealed class SigningKey : IDisposable
{
    readonly ECDsa _key;

    SigningKey(string id, DateTimeOffset createdAt, ECDsa key) => (Id, CreatedAt, _key) = (id, createdAt, key);

    public string Id { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>Reads a key from its PKCS#8 form.</summary>
    public static SigningKey Import(string id, DateTimeOffset createdAt, ReadOnlySpan<byte> privateKey)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(privateKey, out _);
        return new SigningKey(id, createdAt, key);
    }

    /// <summary>A new private key in PKCS#8 form.</summary>
    public static byte[] Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    /// <summary>64 bytes: R and S.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_key)
            return _key.SignData(data, HashAlgorithmName.SHA256);
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        lock (_key)
            return _key.VerifyData(data, signature, HashAlgorithmName.SHA256);
    }

    public void Dispose() => _key.Dispose();
}
