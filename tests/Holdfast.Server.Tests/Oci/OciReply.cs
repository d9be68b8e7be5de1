using System.Net;
using System.Text;
using System.Text.Json;

namespace Holdfast.Server.Tests.Oci;

/// <summary>An answer, read to its end.</summary>
sealed class OciReply(HttpResponseMessage response, byte[] body)
{
    public HttpStatusCode Status => response.StatusCode;

    public byte[] Body => body;

    public string Text => Encoding.UTF8.GetString(body);

    public JsonElement Json => JsonDocument.Parse(body).RootElement;

    /// <summary>The code of the one error; null for anything else.</summary>
    public string? Code => body.Length > 0 && Header("Content-Type") == "application/json"
        && Json.TryGetProperty("errors", out var errors) ? errors.EnumerateArray().Single().GetProperty("code").GetString() : null;

    /// <summary>What the one error says.</summary>
    public string? Message => Json.GetProperty("errors").EnumerateArray().Single().GetProperty("message").GetString();

    public string Location => Header("Location") ?? "";

    /// <summary>The digest that the answer states; empty when it states none.</summary>
    public string Digest => Header("Docker-Content-Digest") ?? "";

    public string Challenge => Header("WWW-Authenticate") ?? "";

    /// <summary>The target of <c>Link: &lt;…&gt;; rel="next"</c>; null on the last page.</summary>
    public string? Next => Header("Link") is { } link && link.StartsWith('<') && link.EndsWith(">; rel=\"next\"", StringComparison.Ordinal)
        ? link[1..link.IndexOf('>', StringComparison.Ordinal)]
        : null;

    public string? Header(string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(',', values)
            : null;

    /// <summary>The strings of an array in the document.</summary>
    public string[] Strings(string property) => [.. Json.GetProperty(property).EnumerateArray().Select(one => one.GetString()!)];

    public OciReply Expect(HttpStatusCode status)
    {
        Assert.True(status == Status, $"{(int)Status} instead of {(int)status}: {Text}");
        return this;
    }

    /// <summary>A refusal in the form of distribution-spec, "Error codes".</summary>
    public OciReply Expect(HttpStatusCode status, string code)
    {
        Expect(status);
        Assert.Equal(code, Code);
        return this;
    }

    public OciReply ExpectOk() => Expect(HttpStatusCode.OK);
}
