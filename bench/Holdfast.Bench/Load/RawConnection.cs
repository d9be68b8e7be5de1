using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Bench.Load;

/// <summary>One kept-alive HTTP/1.1 connection that costs next to nothing: requests are ready-made bytes, answers are counted and dropped.
/// One request at a time.</summary>
public sealed class RawConnection : IDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static async Task<RawConnection> OpenAsync(Uri address, CancellationToken ct)
    {
        RawConnection connection = new();
        try
        {
            await connection._socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port, ct);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads its answer, using <paramref name="buffer"/> (8 KiB at least) for both.</summary>
    /// <returns>The status; above 399 the connection is no longer usable.</returns>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, Memory<byte> buffer, bool answerHasBody, CancellationToken ct)
    {
        while (request.Length > 0)
            request = request[await _socket.SendAsync(request, ct)..];
        var filled = 0;
        int end;
        while ((end = buffer.Span[..filled].IndexOf("\r\n\r\n"u8)) < 0)
        {
            var got = filled < buffer.Length
                ? await _socket.ReceiveAsync(buffer[filled..], ct)
                : throw new IOException("the answer's headers do not end");
            filled += got > 0 ? got : throw new IOException("the server closed the connection");
        }

        var (status, length) = Parse(buffer.Span[..end]);
        if (status >= 400)
            return status;
        for (var left = answerHasBody ? length - (filled - end - 4) : 0; left > 0;)
        {
            var got = await _socket.ReceiveAsync(buffer[..(int)Math.Min(buffer.Length, left)], ct);
            left -= got > 0 ? got : throw new IOException($"the server closed the connection {left} bytes early");
        }

        return status;
    }

    public void Dispose() => _socket.Dispose();

    static (int Status, long Length) Parse(ReadOnlySpan<byte> head)
    {
        var status = int.Parse(head.Slice(9, 3), CultureInfo.InvariantCulture);
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            if (line.Length > 15 && Ascii.EqualsIgnoreCase(line[..15], "content-length:"u8))
                return (status, long.Parse(line[15..].Trim((byte)' '), CultureInfo.InvariantCulture));
        }

        return (status, 0);
    }
}
