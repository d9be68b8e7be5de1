using System.Globalization;
using System.Text.Json;

namespace Holdfast.Server.Hosting.Logging;

/// <summary>A message of the program itself.</summary>
sealed record LogEntry(DateTimeOffset Time, LogLevel Level, string Category, int EventId, string Message, string? Fault) : ILogLine
{
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, Time.UtcDateTime);
        json.WriteString("log"u8, "server"u8);
        json.WriteString("level"u8, Word(Level));
        json.WriteString("category"u8, Category);
        json.WriteNumber("event"u8, EventId);
        json.WriteString("message"u8, Message);
        if (Fault is not null)
            json.WriteString("exception"u8, Fault);
        json.WriteEndObject();
    }

    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {Word(Level)} {Category}: {Message}{(Fault is null ? "" : "\n" + Fault)}");

    static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}
