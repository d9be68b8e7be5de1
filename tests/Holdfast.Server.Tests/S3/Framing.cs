namespace Holdfast.Server.Tests.S3;

/// <summary>How a request's body travels and what of it is signed.</summary>
enum Framing
{
    Hex,
    Unsigned,
    SignedChunks,
    SignedChunksTrailer,
    UnsignedTrailer,
}
