using System.Buffers;
using System.Text;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.S3.Objects;

/// <summary>The text that a response header can hold: anything but control characters, the tab excepted (RFC 9110, section 5.5).</summary>
static class HeaderText
{
    static readonly SearchValues<char> Control = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(code => code != '\t').Select(code => (char)code), '\x7F']);

    public static bool CanBeSent(string value) => !value.AsSpan().ContainsAny(Control);

    /// <summary>Throws InvalidArgument for a value of <paramref name="name"/> that could not be sent back.</summary>
    public static string Require(string name, string value) => CanBeSent(value)
        ? value
        : throw new StoreException(StoreError.InvalidArgument, $"the value of {name} has control characters, which no HTTP header can hold")
        {
            Details = [new("ArgumentName", name)],
        };

    /// <summary>The text's UTF-8 with one character a byte, which is how headers are sent and how stored ones are kept.</summary>
    public static string ToWire(string text) => Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
