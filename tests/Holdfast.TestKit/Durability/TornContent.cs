using System.Net;

namespace Holdfast.TestKit.Durability;

/// <summary>A body that promises its whole length and breaks off after <paramref name="sent"/> bytes.</summary>
public sealed class TornContent(byte[] content, int sent) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(content.AsMemory(0, sent));
        await stream.FlushAsync();
        throw new IOException("the client breaks off");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length;
        return true;
    }
}
