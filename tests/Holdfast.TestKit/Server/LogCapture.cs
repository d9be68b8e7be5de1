using System.Text;
using System.Text.Json;

namespace Holdfast.TestKit.Server;

/// <summary>Stands for standard output and keeps the lines of the log. Thread safe.</summary>
public sealed class LogCapture
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Lock _gate = new();
    readonly StringBuilder _text = new();
    TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LogCapture() => Stream = new CaptureStream(this);

    /// <summary>What is written here is kept.</summary>
    public Stream Stream { get; }

    /// <summary>The whole lines written so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return _text.ToString().Split('\n')[..^1];
        }
    }

    /// <summary>The first line that fits, once it is there.</summary>
    public async Task<string> FindLineAsync(Func<string, bool> fits)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            Task grown;
            lock (_gate)
                grown = _grown.Task;
            if (Lines.FirstOrDefault(fits) is { } line)
                return line;
            await grown.WaitAsync(limit.Token);
        }
    }

    /// <summary>The access line of a request, once it is there.</summary>
    public async Task<JsonElement> FindAccessAsync(string requestId)
    {
        var mark = $"\"request_id\":\"{requestId}\"";
        return JsonDocument.Parse(await FindLineAsync(line => line.Contains(mark, StringComparison.Ordinal))).RootElement;
    }

    void Append(string text)
    {
        TaskCompletionSource grown;
        lock (_gate)
        {
            _text.Append(text);
            grown = _grown;
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        grown.TrySetResult();
    }

    sealed class CaptureStream(LogCapture capture) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => capture.Append(Encoding.UTF8.GetString(buffer, offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            capture.Append(Encoding.UTF8.GetString(buffer.Span));
            return ValueTask.CompletedTask;
        }
    }
}
