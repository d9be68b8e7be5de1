using System.Text;

namespace Holdfast.Clients.Tests.Conformance.Wire;

/// <summary>Bodies in the aws-chunked framing.</summary>
public static class ChunkedBody
{
    /// <summary>Unsigned chunks, then the trailer lines “name:value”.</summary>
    public static byte[] Unsigned(int chunk, ReadOnlySpan<byte> content, params string[] trailer)
    {
        using MemoryStream body = new();
        foreach (var (offset, length) in Cut(content.Length, chunk))
            Write(body, $"{length:x}\r\n", content.Slice(offset, length), "\r\n");
        Write(body, "0\r\n", [], string.Concat(trailer.Select(line => $"{line}\r\n")) + "\r\n");
        return body.ToArray();
    }

    /// <summary>Signed chunks, and a signed trailer when there is one, each covering the signature before it.</summary>
    public static byte[] Signed(Signer signer, string seed, int chunk, ReadOnlySpan<byte> content, string? trailer = null)
    {
        using MemoryStream body = new();
        var signature = seed;
        foreach (var (offset, length) in Cut(content.Length, chunk).Append((content.Length, 0)))
        {
            var part = content.Slice(offset, length);
            signature = signer.SignChunk(signature, part);
            Write(body, $"{length:x};chunk-signature={signature}\r\n", part, length > 0 || trailer is null ? "\r\n" : "");
        }
        if (trailer is not null)
            Write(body, $"{trailer}\r\nx-amz-trailer-signature:{signer.SignTrailer(signature, trailer + "\n")}\r\n\r\n", [], "");
        return body.ToArray();
    }

    static IEnumerable<(int Offset, int Length)> Cut(int total, int chunk)
    {
        for (var offset = 0; offset < total; offset += chunk)
            yield return (offset, Math.Min(chunk, total - offset));
    }

    static void Write(MemoryStream body, string before, ReadOnlySpan<byte> content, string after)
    {
        body.Write(Encoding.ASCII.GetBytes(before));
        body.Write(content);
        body.Write(Encoding.ASCII.GetBytes(after));
    }
}
