using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Holdfast.Server.Hosting.Observe;

/// <summary>Makes the ids of requests and puts them on answers. Thread safe.</summary>
sealed class RequestIdentity
{
    const string RequestIdHeader = "x-amz-request-id";
    const string HostIdHeader = "x-amz-id-2";

    readonly ulong _process;
    ulong _next;

    public RequestIdentity()
    {
        Span<byte> seed = stackalloc byte[16];
        RandomNumberGenerator.Fill(seed);
        _process = BinaryPrimitives.ReadUInt64LittleEndian(seed);
        _next = BinaryPrimitives.ReadUInt64LittleEndian(seed[8..]);
    }

    /// <summary>
    /// The next id. A count from a random start, mixed one-to-one, so that ids of a process never repeat and reveal no rate.
    /// </summary>
    public ulong Next() => Mix(Interlocked.Increment(ref _next));

    public static string RequestId(ulong id) => id.ToString("X16");

    /// <summary>A trace id for a request that came without one.</summary>
    public string TraceId(ulong id) => string.Create(32, (_process, id), static (text, ids) =>
    {
        ids._process.TryFormat(text, out _, "x16");
        ids.id.TryFormat(text[16..], out _, "x16");
    });

    /// <summary>Every answer names its request, in headers that S3 clients know (specs: s3, rule 12).</summary>
    public static void Stamp(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[RequestIdHeader] = context.TraceIdentifier;
        headers[HostIdHeader] = context.TraceIdentifier;
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection on 64 bits.</summary>
    static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
