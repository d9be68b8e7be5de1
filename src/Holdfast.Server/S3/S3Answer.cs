using System.Buffers;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Server.S3;

/// <summary>Writes an answer's document.</summary>
delegate void XmlDocument(ref S3XmlWriter xml);

/// <summary>Sends XML answers with their length, in one piece: a page of a listing is the largest.</summary>
static class S3Answer
{
    public const string XmlType = "application/xml";

    public static async Task XmlAsync(S3Call call, XmlDocument write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Fill(buffer, write);
        var response = call.Http.Response;
        response.ContentType = XmlType;
        response.ContentLength = buffer.WrittenCount;
        await response.BodyWriter.WriteAsync(buffer.WrittenMemory, call.Aborted);
    }

    static void Fill(ArrayBufferWriter<byte> buffer, XmlDocument write)
    {
        var xml = new S3XmlWriter(buffer);
        write(ref xml);
        xml.Flush();
    }
}
