using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Hosting.Logging;

/// <summary>
/// Writes lines behind the requests' backs: whoever has a line hands it over and goes on. When the output does not keep up, lines are
/// dropped and counted, never waited for. Thread safe.
/// </summary>
sealed class LineWriter : IAsyncDisposable
{
    /// <summary>Half a second of lines at 30,000 a second.</summary>
    const int MaxWaitingLines = 16 * 1024;

    const int FlushBytes = 64 * 1024;

    /// <summary>Lines of this long are written together: one wake-up and one write for hundreds of them.</summary>
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    static readonly TimeSpan LastLines = TimeSpan.FromMilliseconds(500);

    readonly Channel<ILogLine> _lines = Channel.CreateBounded<ILogLine>(new BoundedChannelOptions(MaxWaitingLines) { SingleReader = true });
    readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushBytes);
    readonly Stream _output;
    readonly bool _asJson;
    readonly TimeProvider _clock;
    readonly Utf8JsonWriter _json;
    readonly Task _writing;
    int _buffered;
    long _dropped;

    public LineWriter(LogOutput output, HoldfastSettings settings, TimeProvider clock)
    {
        (_output, _asJson, _clock) = (output.Stream, settings.Logging.Format == LogFormat.Json, clock);
        _json = new Utf8JsonWriter(
            _buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Lines that were not written because too many waited, or because the output took nothing.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void Write(ILogLine line)
    {
        if (!_lines.Writer.TryWrite(line))
            Interlocked.Increment(ref _dropped);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_lines.Writer.TryComplete())
            return;
        // An output that takes nothing must not keep the process from ending.
        await Task.WhenAny(_writing, Task.Delay(LastLines, _clock));
    }

    async Task WriteAllAsync()
    {
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (_lines.Reader.TryRead(out var line))
            {
                Append(line);
                if (_buffer.WrittenCount >= FlushBytes)
                    await FlushAsync();
            }

            await FlushAsync();
            if (!_lines.Reader.Completion.IsCompleted)
                await Task.WhenAny(_lines.Reader.Completion, Task.Delay(Gather, _clock));
        }
    }

    void Append(ILogLine line)
    {
        if (_asJson)
        {
            _json.Reset();
            line.WriteJson(_json);
            _json.Flush();
        }
        else
        {
            Encoding.UTF8.GetBytes(line.ToText(), _buffer);
        }

        _buffer.Write("\n"u8);
        _buffered++;
    }

    async Task FlushAsync()
    {
        try
        {
            await _output.WriteAsync(_buffer.WrittenMemory);
            await _output.FlushAsync();
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // Standard output is closed, or on a full disk: serving goes on without a log, and what is lost is counted.
            Interlocked.Add(ref _dropped, _buffered);
        }

        _buffered = 0;
        _buffer.ResetWrittenCount();
    }
}
