using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;

namespace Holdfast.Protocol.Http;

/// <summary>
/// The query of a request, in the order sent, each name and value decoded once with "+" as a space. Names are case-sensitive; a name
/// without "=" has the value "". Immutable.
/// </summary>
public sealed class RequestQuery
{
    public const int MaxParameters = 256;

    public static readonly RequestQuery Empty = new("", []);

    readonly KeyValuePair<string, string>[] _parameters;

    RequestQuery(string raw, KeyValuePair<string, string>[] parameters)
    {
        Raw = raw;
        _parameters = parameters;
    }

    /// <summary>As it was sent, without the "?".</summary>
    public string Raw { get; }

    public ReadOnlySpan<KeyValuePair<string, string>> Parameters => _parameters;

    public int Count => _parameters.Length;

    /// <summary>
    /// Reads the query as sent, without its "?". Throws <see cref="StoreError.InvalidUri"/> for a bad escape, for what is not UTF-8 and for
    /// more than <see cref="MaxParameters"/> parameters.
    /// </summary>
    public static RequestQuery Parse(string raw)
    {
        if (raw.Length == 0)
            return Empty;
        var count = raw.AsSpan().Count('&') + 1;
        if (count > MaxParameters)
            throw new StoreException(StoreError.InvalidUri, $"the query has {count} parameters; at most {MaxParameters} are taken");

        var parameters = new KeyValuePair<string, string>[count];
        var used = 0;
        foreach (var range in raw.AsSpan().Split('&'))
        {
            var piece = raw.AsSpan(range);
            if (piece.IsEmpty)
                continue;
            var equals = piece.IndexOf('=');
            var name = equals < 0 ? piece : piece[..equals];
            var value = equals < 0 ? default : piece[(equals + 1)..];
            parameters[used++] = new(Decode(name), Decode(value));
        }

        return new RequestQuery(raw, used == count ? parameters : parameters[..used]);
    }

    public bool Has(string name) => IndexOf(name) >= 0;

    /// <summary>The first value of that name; null when the name is not there.</summary>
    public string? Find(string name)
    {
        var index = IndexOf(name);
        return index < 0 ? null : _parameters[index].Value;
    }

    /// <summary>All values of that name, in the order sent.</summary>
    public IEnumerable<string> FindAll(string name) =>
        _parameters.Where(parameter => string.Equals(parameter.Key, name, StringComparison.Ordinal)).Select(parameter => parameter.Value);

    int IndexOf(string name)
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (string.Equals(_parameters[i].Key, name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    static string Decode(ReadOnlySpan<char> text) => text.IsEmpty ? "" : UriCoding.Decode(text, plusIsSpace: true);
}
