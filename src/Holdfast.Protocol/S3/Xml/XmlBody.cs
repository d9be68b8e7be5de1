using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using System.Xml;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3.Xml;

/// <summary>
/// Walks a request body: <see cref="Child"/> steps into each child of the current element in turn, and for each the caller takes its
/// <see cref="Text"/>, walks its children, or skips it. The S3 namespace may be there or not. UTF-8 only; no DTD, no entities, no files;
/// depth and size are bounded. Whatever is wrong is <see cref="StoreError.MalformedXml"/>.
/// </summary>
sealed class XmlBody : IDisposable
{
    public const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    const int MaxDepth = 12;

    /// <summary>In UTF-16 units; the longest text that means anything is a key of 1024 bytes.</summary>
    const int MaxText = 4096;

    static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = 8 << 20,
        // Keys may hold control characters, which arrive as numeric references (specs/s3.md, rule 19).
        CheckCharacters = false,
    };

    readonly XmlReader _reader;
    bool _isEmpty;

    XmlBody(XmlReader reader) => _reader = reader;

    /// <summary>The local name of the element that <see cref="Child"/> stepped into.</summary>
    public string Name => _reader.LocalName;

    bool IsBlank => _reader.NodeType is XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace;

    /// <summary>Opens the body at its root, which must have that name.</summary>
    public static XmlBody Open(ReadOnlyMemory<byte> body, string root)
    {
        // Checked before, and given to the reader as text: on bytes it switches to the encoding that is declared, and meets its own limits
        // where bytes that are none follow.
        if (!Utf8.IsValid(body.Span))
            throw Malformed();
        var stream = MemoryMarshal.TryGetArray(body, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(body.ToArray(), writable: false);
        var xml = new XmlBody(XmlReader.Create(new StreamReader(stream, Encoding.UTF8), Settings));
        try
        {
            while (xml.Read() && xml._reader.NodeType != XmlNodeType.Element)
            {
                if (xml._reader.NodeType == XmlNodeType.XmlDeclaration && !IsUtf8(xml._reader.GetAttribute("encoding")))
                    throw Malformed();
            }

            if (xml._reader.NodeType != XmlNodeType.Element || !string.Equals(xml.Name, root, StringComparison.Ordinal))
                throw Malformed();
            xml.Enter();
            return xml;
        }
        catch (StoreException)
        {
            xml.Dispose();
            throw;
        }
    }

    /// <summary>False at the end of the current element, which is then left.</summary>
    public bool Child()
    {
        if (_isEmpty)
            return _isEmpty = false;
        do
        {
            Advance();
        }
        while (IsBlank);

        switch (_reader.NodeType)
        {
            case XmlNodeType.Element:
                Enter();
                return true;
            case XmlNodeType.EndElement:
                return false;
            default:
                throw Malformed();
        }
    }

    /// <summary>The text of the element stepped into, which must have no children; leaves it.</summary>
    public string Text()
    {
        if (_isEmpty)
        {
            _isEmpty = false;
            return "";
        }

        var text = "";
        for (Advance(); _reader.NodeType != XmlNodeType.EndElement; Advance())
        {
            if (_reader.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA) && !IsBlank)
                throw Malformed();
            text += Value();
            if (text.Length > MaxText)
                throw Malformed();
        }

        return text;
    }

    /// <summary>Leaves the element stepped into, whatever it holds.</summary>
    public void Skip()
    {
        if (_isEmpty)
        {
            _isEmpty = false;
            return;
        }

        for (var depth = 1; depth > 0;)
        {
            Advance();
            if (_reader.NodeType == XmlNodeType.EndElement)
                depth--;
            else if (_reader.NodeType == XmlNodeType.Element && !_reader.IsEmptyElement)
                depth++;
            if (_reader.Depth > MaxDepth)
                throw Malformed();
        }
    }

    /// <summary>An attribute of the element stepped into, by local name; null when it is not there.</summary>
    public string? Attribute(string localName, string attributeNamespace) => _reader.GetAttribute(localName, attributeNamespace);

    /// <summary>Reads on to the end of the document, so that nothing may follow the root.</summary>
    public void End()
    {
        while (Read())
        {
        }
    }

    public void Dispose() => _reader.Dispose();

    public static StoreException Malformed(Exception? inner = null) => new(
        StoreError.MalformedXml, "The XML you provided was not well-formed or did not validate against our published schema", inner);

    void Enter()
    {
        if (_reader.Depth > MaxDepth || _reader.NamespaceURI is not ("" or Namespace))
            throw Malformed();
        _isEmpty = _reader.IsEmptyElement;
    }

    void Advance()
    {
        if (!Read())
            throw Malformed();
    }

    static bool IsUtf8(string? declared) =>
        declared is null
        || declared.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        || declared.Equals("us-ascii", StringComparison.OrdinalIgnoreCase);

    /// <summary>The reader goes through long texts only when they are asked for, and finds what is wrong with them then.</summary>
    string Value()
    {
        try
        {
            return _reader.Value;
        }
        catch (XmlException wrong)
        {
            throw Malformed(wrong);
        }
    }

    bool Read()
    {
        try
        {
            return _reader.Read();
        }
        catch (XmlException wrong)
        {
            throw Malformed(wrong);
        }
    }
}
