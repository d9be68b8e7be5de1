namespace Holdfast.Protocol.S3.Chunked;

/// <summary>A run of payload bytes inside the framed input, counted from the start of the inner buffer.</summary>
readonly record struct ChunkPiece(long Offset, long Length);
