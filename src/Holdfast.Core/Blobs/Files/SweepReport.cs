namespace Holdfast.Core.Blobs.Files;

/// <summary>What a sweep did: temporary files deleted, intents whose blob the catalog knew, and blobs deleted because it did not.</summary>
public readonly record struct SweepReport(int PartsDeleted, int IntentsSettled, int BlobsDeleted);
