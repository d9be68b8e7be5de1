using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;

namespace Holdfast.Clients.Tests.Conformance.Wire;

/// <summary>An answer, read whole, and the questions tests ask of it.</summary>
public sealed class WireAnswer(string request, int status, HttpResponseHeaders headers, HttpContentHeaders contentHeaders, byte[] body)
{
    public int Status => status;

    public byte[] Body => body;

    public string Text => Encoding.UTF8.GetString(body);

    /// <summary>The body's root element.</summary>
    public XElement Xml => XDocument.Parse(Text).Root!;

    /// <summary>The header's value as it came; null when it was not sent.</summary>
    public string? this[string header] =>
        headers.NonValidated.TryGetValues(header, out var values) || contentHeaders.NonValidated.TryGetValues(header, out values)
            ? values.ToString()
            : null;

    public string ETag => this["ETag"] ?? throw new InvalidOperationException($"No ETag.\n{this}");

    public string VersionId => this["x-amz-version-id"] ?? throw new InvalidOperationException($"No x-amz-version-id.\n{this}");

    /// <summary>The texts of all elements at a path of local names below the root, whatever their namespace: “Contents/Key”.</summary>
    public string[] All(string path)
    {
        IEnumerable<XElement> at = [Xml];
        foreach (var name in path.Split('/'))
            at = at.SelectMany(element => element.Elements().Where(child => child.Name.LocalName == name));
        return [.. at.Select(element => element.Value)];
    }

    /// <summary>The text of the first such element; null when there is none.</summary>
    public string? One(string path) => All(path).FirstOrDefault();

    /// <summary>The element is a time as S3 writes it: UTC, with milliseconds.</summary>
    public void AssertInstant(string path) => Assert.True(
        DateTime.TryParseExact(One(path), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null, DateTimeStyles.None, out _),
        $"{path} is no such time.\n{this}");

    public WireAnswer Is(int expected)
    {
        if (status != expected)
            Assert.Fail($"Expected {expected}.\n{this}");
        return this;
    }

    public WireAnswer Ok() => Is(200);

    /// <summary>
    /// The answer is this error, with the body every error has: no namespace, its code, and the request id of the header.
    /// </summary>
    public WireAnswer Refused(int expected, string code)
    {
        Is(expected);
        if (Xml.Name != "Error" || One("Code") != code || One("RequestId") != this["x-amz-request-id"])
            Assert.Fail($"Expected the error {code}.\n{this}");
        return this;
    }

    public override string ToString() =>
        $"{request}\n{status}\n{headers}{contentHeaders}\n{(body.Length <= 3000 ? Text : $"{body.Length} bytes")}";
}
