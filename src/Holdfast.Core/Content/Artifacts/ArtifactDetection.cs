using System.Threading.Channels;
using Holdfast.Core.Blobs;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Content.Artifacts;

/// <summary>
/// Finds out what uploads are, behind the uploads' backs: a bounded queue that forgets when it is full, since <see cref="LookAsync"/> finds
/// the same when somebody asks. Only types other than plain binary are written. Thread safe.
/// </summary>
public sealed class ArtifactDetection(Catalog.Catalog catalog, ContentReads reads)
{
    readonly Channel<ObjectVersion> _queue = Channel.CreateBounded<ObjectVersion>(
        new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>
    /// Asks for a look at a new version; never waits. Versions that by their first bytes are plain binary are not even queued.
    /// </summary>
    public void Offer(ObjectVersion version, ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty || ArtifactKind.Detect(version.Key.ToString(), head).Type != ArtifactKind.Binary)
            _queue.Writer.TryWrite(version);
    }

    /// <summary>Works through the queue until cancelled.</summary>
    public async Task RunAsync(Action<Exception> onFault, CancellationToken ct)
    {
        await foreach (var version in _queue.Reader.ReadAllAsync(ct))
        {
            try
            {
                await RememberAsync(version, ct);
            }
            catch (Exception fault) when (fault is StoreException or IOException)
            {
                onFault(fault);
            }
        }
    }

    /// <summary>
    /// The type of a version, read from its first bytes; null when the version was deleted and its bytes were collected meanwhile.
    /// </summary>
    public async ValueTask<Artifact?> LookAsync(ObjectVersion version, CancellationToken ct)
    {
        if (version.Content is not { Size: > 0 } content)
            return new Artifact(ArtifactKind.Binary, [], [], []);
        var head = new byte[Math.Min(ArtifactKind.HeadBytes, content.Size)];
        await using var reader = await reads.FindAsync(content, new ByteRange(0, head.Length), ct);
        if (reader is null)
            return null;
        var filled = 0;
        while (filled < head.Length && await reader.ReadAsync(head.AsMemory(filled), ct) is var count and > 0)
            filled += count;
        var (type, metadata) = ArtifactKind.Detect(version.Key.ToString(), head.AsSpan(0, filled));
        return new Artifact(type, metadata, [], []);
    }

    async ValueTask RememberAsync(ObjectVersion version, CancellationToken ct)
    {
        var seen = await LookAsync(version, ct);
        if (seen is null or { Type: ArtifactKind.Binary })
            return;
        await catalog.WriteAsync(
            async tx =>
            {
                if (!await ArtifactTable.HoldAsync(tx, version))
                    return 0;
                var known = await ArtifactTable.FindAsync(tx, version);
                return known.Type is null ? await ArtifactTable.SetTypeAsync(tx, version, seen.Type!, seen.TypeMetadata) : 0;
            },
            ct);
    }
}
