using System.Security.Cryptography;
using System.Text;
using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Server.Tests.S3;

/// <summary>aws-chunked bodies as the SDKs write them, 64 KiB a chunk.</summary>
static class AwsChunks
{
    const int ChunkBytes = 64 * 1024;

    public static byte[] Write(byte[] content, SigV4ChunkChain? chain, string? trailer)
    {
        using var body = new MemoryStream();
        for (var at = 0; at < content.Length; at += ChunkBytes)
            WriteChunk(body, content.AsSpan(at, Math.Min(ChunkBytes, content.Length - at)), chain, "\r\n");
        WriteChunk(body, [], chain, trailer is null ? "\r\n" : "");
        if (trailer is null)
            return body.ToArray();
        body.Write(Encoding.ASCII.GetBytes(trailer + "\r\n"));
        if (chain is not null)
        {
            Span<byte> signature = stackalloc byte[SigV4ChunkChain.SignatureLength];
            chain.SignTrailer(SHA256.HashData(Encoding.ASCII.GetBytes(trailer + "\n")), signature);
            body.Write(Encoding.ASCII.GetBytes($"x-amz-trailer-signature:{Encoding.ASCII.GetString(signature)}\r\n"));
        }

        body.Write("\r\n"u8);
        return body.ToArray();
    }

    static void WriteChunk(MemoryStream body, ReadOnlySpan<byte> data, SigV4ChunkChain? chain, string end)
    {
        var line = $"{data.Length:x}";
        if (chain is not null)
        {
            Span<byte> signature = stackalloc byte[SigV4ChunkChain.SignatureLength];
            chain.SignChunk(SHA256.HashData(data), signature);
            line += ";chunk-signature=" + Encoding.ASCII.GetString(signature);
        }

        body.Write(Encoding.ASCII.GetBytes(line + "\r\n"));
        body.Write(data);
        body.Write(Encoding.ASCII.GetBytes(end));
    }
}
