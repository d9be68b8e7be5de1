using System.Globalization;
using System.Text.Json;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Hosting.Logging;

/// <summary>The one line of a request. Bytes are those of bodies, without headers; the duration ends when the handler does.</summary>
sealed record AccessLine(RequestRecord Request) : ILogLine
{
    /// <summary>An IPv6 address with its scope.</summary>
    const int MaxAddressBytes = 80;

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, Request.Time.UtcDateTime);
        json.WriteString("log"u8, "access"u8);
        json.WriteString("request_id"u8, Request.Id);
        json.WriteString("trace_id"u8, Request.TraceId);
        Span<byte> remote = stackalloc byte[MaxAddressBytes];
        if (Request.Remote is not null && Request.Remote.TryFormat(remote, out var length))
            json.WriteString("remote"u8, remote[..length]);
        json.WriteString("method"u8, Request.Method);
        json.WriteString("target"u8, SecretMask.Apply(Request.RawTarget));
        json.WriteString("door"u8, Request.Operation.Door.Name());
        json.WriteString("operation"u8, Request.Operation.Name);
        json.WriteNumber("status"u8, Request.Status);
        json.WriteNumber("bytes_in"u8, Request.BytesIn);
        json.WriteNumber("bytes_out"u8, Request.BytesOut);
        json.WriteNumber("duration_ms"u8, Milliseconds);
        if (Request.AccessKey is not null)
            json.WriteString("access_key"u8, Request.AccessKey);
        if (Request.ErrorCode is not null)
            json.WriteString("error"u8, Request.ErrorCode);
        if (Request.Truncated)
            json.WriteBoolean("truncated"u8, true);
        json.WriteEndObject();
    }

    public string ToText()
    {
        var time = Request.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var target = SecretMask.Apply(Request.RawTarget);
        var line = $"{time} {Request.Remote} {Request.AccessKey ?? "-"} {Request.Method} {target} {Request.Status}";
        var did = $"{Request.Operation.Door.Name()} {Request.Operation.Name} in={Request.BytesIn} out={Request.BytesOut} {Milliseconds}ms";
        return $"{line} {did} id={Request.Id}{(Request.ErrorCode is null ? "" : " " + Request.ErrorCode)}";
    }

    double Milliseconds => Math.Round(Request.Elapsed.TotalMilliseconds, 3);
}
