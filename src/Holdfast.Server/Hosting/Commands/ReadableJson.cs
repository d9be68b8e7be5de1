using System.Text.Encodings.Web;
using System.Text.Json;

namespace Holdfast.Server.Hosting.Commands;

/// <summary>JSON for people: indented, with letters as they are.</summary>
static class ReadableJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
