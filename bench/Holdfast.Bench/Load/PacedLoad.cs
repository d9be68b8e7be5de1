using System.Buffers;
using System.Diagnostics;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Load;

/// <summary>Many connections that send a mix of requests, each at its own steady pace or as fast as answers come. With a pace, latency
/// counts from when a request was due, so a stalled server is charged for those it kept waiting.</summary>
public sealed class PacedLoad(Subject subject, RequestMix mix) : IDisposable
{
    const int BufferBytes = 16 * 1024;
    const int OpenTogether = 200;

    readonly List<RawConnection> _connections = [];
    long _failed;
    string? _firstFailure;

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>What went wrong first; null when nothing did.</summary>
    public string? FirstFailure => _firstFailure;

    /// <summary>Opens connections until there are as many.</summary>
    public async Task OpenAsync(int connections, CancellationToken ct)
    {
        while (_connections.Count < connections)
        {
            var batch = Math.Min(OpenTogether, connections - _connections.Count);
            _connections.AddRange(await Task.WhenAll(Enumerable.Range(0, batch).Select(_ => RawConnection.OpenAsync(subject.Address, ct))));
        }
    }

    /// <summary>Loads the server for a while.</summary>
    /// <param name="rate">Requests a second of all connections together; null: as many as possible.</param>
    public async Task<PacedResult> RunAsync(double? rate, TimeSpan length, CancellationToken ct)
    {
        PacedResult result = new();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(_connections.Select((connection, i) => Task.Run(() => LoopAsync(connection, i, rate, length, result, ct), ct)));
        result.Elapsed = Stopwatch.GetElapsedTime(began);
        return result;
    }

    public void Dispose() => _connections.ForEach(connection => connection.Dispose());

    async Task LoopAsync(RawConnection connection, int number, double? rate, TimeSpan length, PacedResult result, CancellationToken ct)
    {
        var period = rate is { } all ? TimeSpan.FromSeconds(_connections.Count / all) : TimeSpan.Zero;
        var began = Stopwatch.GetTimestamp();
        try
        {
            // Connections begin spread over one period.
            for (var due = period * ((double)number / _connections.Count);
                due < length;
                due = rate is null ? Stopwatch.GetElapsedTime(began) : due + period)
            {
                var early = due - Stopwatch.GetElapsedTime(began);
                if (early > TimeSpan.Zero)
                    await Task.Delay(early, ct);
                if (!await SendAsync(connection, result, () => Stopwatch.GetElapsedTime(began) - due, ct))
                    return;
            }
        }
        catch (Exception problem) when (problem is IOException or System.Net.Sockets.SocketException)
        {
            Fail(problem.Message);
        }
    }

    async ValueTask<bool> SendAsync(RawConnection connection, PacedResult result, Func<TimeSpan> latency, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var kind = mix.Next(buffer, out var request);
            var status = await connection.SendAsync(request, buffer, kind is RequestKind.Get or RequestKind.Put, ct);
            if (status >= 400)
            {
                Fail($"{kind} was answered with {status}");
                return false;
            }

            result.Of(kind).Add(latency());
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    void Fail(string message)
    {
        Interlocked.Increment(ref _failed);
        Interlocked.CompareExchange(ref _firstFailure, message, null);
    }
}
