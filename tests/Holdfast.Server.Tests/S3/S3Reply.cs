using System.Net;
using System.Text;
using System.Xml.Linq;

namespace Holdfast.Server.Tests.S3;

/// <summary>An answer, read to its end.</summary>
sealed class S3Reply(HttpResponseMessage response, byte[] body)
{
    public HttpStatusCode Status => response.StatusCode;

    public byte[] Body => body;

    public string Text => Encoding.UTF8.GetString(body);

    /// <summary>The document without its namespace.</summary>
    public XElement Xml
    {
        get
        {
            var root = XElement.Parse(Text);
            foreach (var element in root.DescendantsAndSelf())
                element.Name = element.Name.LocalName;
            return root;
        }
    }

    /// <summary>The Code of an error document; null for anything else.</summary>
    public string? Code => body.Length > 0 && Header("Content-Type") == "application/xml" && Xml is { Name.LocalName: "Error" } error
        ? (string?)error.Element("Code")
        : null;

    public string ETag => Header("ETag") ?? "";

    public string? VersionId => Header("x-amz-version-id");

    public string? Header(string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(',', values)
            : null;

    /// <summary>The text of all elements of this name, in the order of the document.</summary>
    public string[] All(string element) => [.. Xml.Descendants(element).Select(found => found.Value)];

    public S3Reply Expect(HttpStatusCode status)
    {
        Assert.True(status == Status, $"{(int)Status} instead of {(int)status}: {Text}");
        return this;
    }

    public S3Reply Expect(HttpStatusCode status, string code)
    {
        Expect(status);
        Assert.Equal(code, Code);
        return this;
    }

    public S3Reply ExpectOk() => Expect(HttpStatusCode.OK);
}
