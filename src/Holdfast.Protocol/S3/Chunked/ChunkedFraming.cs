using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Protocol.S3.Chunked;

/// <summary>What the headers say about an aws-chunked body.</summary>
/// <param name="DecodedLength">x-amz-decoded-content-length, in bytes: the payload has exactly so many.</param>
/// <param name="Chain">The chunk signatures to check; null when chunks are not signed.</param>
/// <param name="TrailerName">The one trailing header that x-amz-trailer promised, in lower case; null for none.</param>
public sealed record ChunkedFraming(long DecodedLength, SigV4ChunkChain? Chain = null, string? TrailerName = null);
