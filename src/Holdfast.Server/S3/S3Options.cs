namespace Holdfast.Server.S3;

/// <summary>The door's settings, read once at start: <c>s3.region</c> and <c>s3.maxPutBytes</c>.</summary>
public sealed record S3Options(string Region, long MaxPutBytes);
