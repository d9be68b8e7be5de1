using System.Text.Json;

namespace Holdfast.Server.Hosting.Logging;

/// <summary>Something that becomes one line of the log. Not changed any more once it is handed over.</summary>
interface ILogLine
{
    /// <summary>Writes one object.</summary>
    void WriteJson(Utf8JsonWriter json);

    /// <summary>The line for people, without its end.</summary>
    string ToText();
}
