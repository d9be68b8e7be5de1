using System.Runtime.InteropServices;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>
/// The canonical request of SigV4 up to and without the payload hash ("Signature Calculations for the Authorization Header"). For S3 the
/// path is encoded once and never normalised.
/// </summary>
static class CanonicalRequest
{
    /// <param name="pathAsSent">The path is what was sent, not encoded anew.</param>
    public static byte[] Prefix(in SigV4Request request, ReadOnlySpan<string> signedHeaders, bool pathAsSent = false)
    {
        var scratch = new Utf8Scratch(stackalloc byte[1024]);
        try
        {
            scratch.Append(request.Method);
            scratch.Append((byte)'\n');
            if (pathAsSent)
                scratch.Append(request.RawPath.Length == 0 ? "/" : request.RawPath);
            else
                AppendPath(ref scratch, request.RawPath);
            scratch.Append((byte)'\n');
            AppendQuery(ref scratch, request.Query);
            scratch.Append((byte)'\n');
            foreach (var name in signedHeaders)
            {
                scratch.Append(name);
                scratch.Append((byte)':');
                AppendCollapsed(ref scratch, request.Header(name));
                scratch.Append((byte)'\n');
            }

            scratch.Append((byte)'\n');
            for (var i = 0; i < signedHeaders.Length; i++)
            {
                if (i > 0)
                    scratch.Append((byte)';');
                scratch.Append(signedHeaders[i]);
            }

            scratch.Append((byte)'\n');
            return scratch.Written.ToArray();
        }
        finally
        {
            scratch.Dispose();
        }
    }

    /// <summary>Decoded and encoded again, so that a client which sent "(" for "%28" still matches what it signed.</summary>
    static void AppendPath(ref Utf8Scratch to, string rawPath)
    {
        if (rawPath.Length == 0)
        {
            to.Append((byte)'/');
            return;
        }

        var decoded = new Utf8Scratch(stackalloc byte[512]);
        try
        {
            UriCoding.AppendDecoded(ref decoded, rawPath, plusIsSpace: false);
            UriCoding.AppendEncoded(ref to, decoded.Written, keepSlash: true);
        }
        finally
        {
            decoded.Dispose();
        }
    }

    /// <summary>Sorted by encoded name, then encoded value; a raw "+" was read as a space and is signed as "%20".</summary>
    static void AppendQuery(ref Utf8Scratch to, RequestQuery query)
    {
        if (query.Count == 0)
            return;
        var pairs = new List<(string Name, string Value)>(query.Count);
        foreach (var (name, value) in query.Parameters)
        {
            if (!string.Equals(name, "X-Amz-Signature", StringComparison.Ordinal))
                pairs.Add((UriCoding.Encode(name), UriCoding.Encode(value)));
        }

        pairs.Sort(static (a, b) =>
            string.CompareOrdinal(a.Name, b.Name) is var order && order != 0 ? order : string.CompareOrdinal(a.Value, b.Value));
        var first = true;
        foreach (var (name, value) in CollectionsMarshal.AsSpan(pairs))
        {
            if (!first)
                to.Append((byte)'&');
            first = false;
            to.Append(name);
            to.Append((byte)'=');
            to.Append(value);
        }
    }

    /// <summary>Trimmed, and runs of spaces inside become one.</summary>
    static void AppendCollapsed(ref Utf8Scratch to, string? value)
    {
        var rest = value.AsSpan().Trim(" \t");
        while (!rest.IsEmpty)
        {
            var run = rest.IndexOf("  ", StringComparison.Ordinal);
            if (run < 0)
            {
                to.Append(rest);
                return;
            }

            to.Append(rest[..(run + 1)]);
            rest = rest[run..].TrimStart(' ');
        }
    }
}
