using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Load;

/// <summary>Ready-made requests of several kinds, taken in turn. Every PUT carries a body that was never sent before, to one of a set of
/// keys. Thread-safe.</summary>
public sealed class RequestMix
{
    readonly RequestKind[] _turns;
    readonly byte[][][] _heads;
    readonly byte[] _filler;
    long _taken = -1;

    RequestMix(RequestKind[] turns, byte[][][] heads, int bodyBytes) =>
        (_turns, _heads, _filler) = (turns, heads, RandomNumberGenerator.GetBytes(bodyBytes));

    /// <param name="turns">The kinds in the order they are taken, over and over.</param>
    public static RequestMix Create(
        Subject subject, RequestKind[] turns, (string Path, string ETag)[] readable, string writePrefix, int writeKeys, int bodyBytes)
    {
        var write = Enumerable.Range(0, writeKeys).Select(i => $"{writePrefix}/{i:D6}").ToArray();
        return new(
            turns,
            [
                [.. readable.Select(one => Head("HEAD", one.Path, ""))],
                [.. readable.Select(one => Head("GET", one.Path, ""))],
                [.. write.Select(path => Head("PUT", path, $"Content-Type: application/octet-stream\r\nContent-Length: {bodyBytes}\r\n"))],
                [.. readable.Select(one => Head("GET", one.Path, $"If-None-Match: {one.ETag}\r\n"))],
            ],
            bodyBytes);

        byte[] Head(string method, string path, string headers) => Encoding.ASCII.GetBytes(
            $"{method} {subject.Target(method, path)} HTTP/1.1\r\nHost: {subject.Address.Authority}\r\n{headers}\r\n");
    }

    /// <summary>HEAD of each of the paths in turn, as a registry's client sends it.</summary>
    public static RequestMix Heads(Subject subject, IEnumerable<string> paths)
    {
        var authorization = subject.Authorization is { } value ? $"Authorization: {value}\r\n" : "";
        byte[][] heads =
        [
            .. paths.Select(path => Encoding.ASCII.GetBytes(
                $"HEAD {path} HTTP/1.1\r\nHost: {subject.Address.Authority}\r\n{authorization}"
                + "Accept: application/vnd.oci.image.manifest.v1+json\r\n\r\n")),
        ];
        return new([RequestKind.Head], [heads, [], [], []], 0);
    }

    /// <summary>Writes the next request into the buffer.</summary>
    public RequestKind Next(byte[] buffer, out ReadOnlyMemory<byte> request)
    {
        var turn = Interlocked.Increment(ref _taken);
        var kind = _turns[turn % _turns.Length];
        var heads = _heads[(int)kind];
        var head = heads[turn / _turns.Length % heads.Length];
        head.CopyTo(buffer, 0);
        var length = head.Length;
        if (kind == RequestKind.Put)
        {
            _filler.CopyTo(buffer, length);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(length), turn);
            length += _filler.Length;
        }

        request = buffer.AsMemory(0, length);
        return kind;
    }
}
