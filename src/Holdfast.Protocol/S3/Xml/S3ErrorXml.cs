using System.Buffers;
using System.Text;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3.Xml;

/// <summary>The Error document of S3 ("Error responses").</summary>
public static class S3ErrorXml
{
    /// <param name="output">Where it goes.</param>
    /// <param name="refusal">Its details become child elements.</param>
    /// <param name="resource">The path of the request, as sent.</param>
    /// <param name="requestId">The same as in the header x-amz-request-id.</param>
    /// <param name="hostId">The same as in the header x-amz-id-2.</param>
    public static void Write(IBufferWriter<byte> output, StoreException refusal, string resource, string requestId, string hostId)
    {
        var xml = new S3XmlWriter(output);
        xml.RootWithoutNamespace("Error"u8);
        xml.Text("Code"u8, S3Errors.Of(refusal.Error).Code);
        xml.Text("Message"u8, refusal.Message);
        foreach (var (name, value) in refusal.Details)
            xml.Text(Encoding.UTF8.GetBytes(name), value);
        xml.Text("Resource"u8, resource);
        xml.Text("RequestId"u8, requestId);
        xml.Text("HostId"u8, hostId);
        xml.Close("Error"u8);
        xml.Flush();
    }
}
