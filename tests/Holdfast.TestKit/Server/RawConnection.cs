using System.Net.Sockets;
using System.Text;

namespace Holdfast.TestKit.Server;

/// <summary>A TCP connection on which a test says HTTP/1.1 by hand: what no proper client would send.</summary>
public sealed class RawConnection : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly TcpClient _client = new();
    readonly List<byte> _ahead = [];

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    /// <summary>Sends the text, one byte for each character.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends the bytes; a server that has closed meanwhile is no fault of this call.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _client.GetStream().WriteAsync(bytes);
        }
        catch (IOException)
        {
            // What the server had to say is read all the same.
        }
    }

    /// <summary>One response with a Content-Length: its head, and its body.</summary>
    public async Task<(string Head, string Body)> ReceiveAsync(bool hasBody = true)
    {
        int end;
        while ((end = IndexOf("\r\n\r\n")) < 0)
        {
            if (!await FillAsync())
                throw new IOException($"the connection ended within a head: {Take(_ahead.Count)}");
        }

        var head = Take(end + 4);
        var length = hasBody ? Length(head) : 0;
        while (_ahead.Count < length)
        {
            if (!await FillAsync())
                throw new IOException("the connection ended within a body");
        }

        return (head, Take(length));
    }

    /// <summary>Everything until the server closes.</summary>
    public async Task<string> ReceiveToEndAsync()
    {
        while (await FillAsync())
        {
            // More may come.
        }

        return Take(_ahead.Count);
    }

    /// <summary>Breaks the connection (RST).</summary>
    public void Reset()
    {
        _client.LingerState = new LingerOption(enable: true, 0);
        _client.Close();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task<bool> FillAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var buffer = new byte[16 * 1024];
        try
        {
            var count = await _client.GetStream().ReadAsync(buffer, limit.Token);
            _ahead.AddRange(buffer.AsSpan(0, count));
            return count > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    static int Length(string head)
    {
        foreach (var line in head.Split("\r\n"))
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                return int.Parse(line["Content-Length:".Length..]);
        }

        return 0;
    }

    int IndexOf(string text) => Encoding.Latin1.GetString([.. _ahead]).IndexOf(text, StringComparison.Ordinal);

    string Take(int count)
    {
        var text = Encoding.Latin1.GetString([.. _ahead[..count]]);
        _ahead.RemoveRange(0, count);
        return text;
    }
}
