using System.Security.Cryptography;
using System.Text;
using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Core.Tests.Protocol.S3;

/// <summary>Writes aws-chunked bodies as clients do.</summary>
static class ChunkedBody
{
    public static SigV4Signature Seed() =>
        new SigV4Signer("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1").Sign(
            "PUT",
            "/k",
            "",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "h" },
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero));

    public static byte[] Write(byte[] payload, int chunkSize, SigV4ChunkChain? chain, string? trailer = null)
    {
        using var body = new MemoryStream();
        for (var at = 0; at < payload.Length; at += chunkSize)
            WriteChunk(body, payload.AsSpan(at, Math.Min(chunkSize, payload.Length - at)), chain);
        WriteChunk(body, [], chain, end: trailer is null ? "\r\n" : "");
        if (trailer is null)
            return body.ToArray();
        body.Write(Encoding.ASCII.GetBytes(trailer + "\r\n"));
        if (chain is not null)
        {
            Span<byte> signature = stackalloc byte[64];
            chain.SignTrailer(SHA256.HashData(Encoding.ASCII.GetBytes(trailer + "\n")), signature);
            body.Write(Encoding.ASCII.GetBytes($"x-amz-trailer-signature:{Encoding.ASCII.GetString(signature)}\r\n"));
        }

        body.Write("\r\n"u8);
        return body.ToArray();
    }

    static void WriteChunk(MemoryStream body, ReadOnlySpan<byte> data, SigV4ChunkChain? chain, string end = "\r\n")
    {
        var header = data.Length.ToString("x");
        if (chain is not null)
        {
            Span<byte> signature = stackalloc byte[64];
            chain.SignChunk(SHA256.HashData(data), signature);
            header += ";chunk-signature=" + Encoding.ASCII.GetString(signature);
        }

        body.Write(Encoding.ASCII.GetBytes(header + "\r\n"));
        body.Write(data);
        body.Write(Encoding.ASCII.GetBytes(end));
    }
}
