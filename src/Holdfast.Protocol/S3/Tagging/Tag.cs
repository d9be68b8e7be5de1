namespace Holdfast.Protocol.S3.Tagging;

/// <summary>A tag of an object or a bucket.</summary>
public readonly record struct Tag(string Key, string Value);
