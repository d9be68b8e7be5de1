using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Core.Blobs.Files;

/// <summary>
/// <c>ROOT/tmp/NODE/</c>: one node's unfinished files, <c>NONCE.part</c>, and its intents, <c>DIGEST.NONCE.placed</c>, each an empty file
/// saying that a blob was moved to its place and the catalog may not know it yet. Thread safe.
/// </summary>
sealed class NodeDirectory(BlobTree tree, string node)
{
    public const string Temporary = "tmp";
    public const string PartSuffix = ".part";
    public const string IntentSuffix = ".placed";
    const int MaxNodeIdLength = 64;

    readonly ConcurrentDictionary<string, bool> _live = new();

    public string Relative { get; } = $"{Temporary}/{node}";

    public string FullPath { get; } = $"{tree.Root}/{Temporary}/{node}";

    /// <summary>Whether a writer of this process still works with <paramref name="nonce"/>.</summary>
    public bool IsLive(string nonce) => _live.ContainsKey(nonce);

    public static bool IsNodeId(string text) =>
        text.Length is > 0 and <= MaxNodeIdLength
        && text[0] != '.'
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Opens a new, empty file for <paramref name="nonce"/>, which is live until <see cref="Leave"/>.</summary>
    public SafeFileHandle CreatePart(string nonce)
    {
        _live[nonce] = true;
        var error = Posix.CreateForWriting(PartPath(nonce), out var handle);
        if (error == Posix.Enoent)
        {
            handle.Dispose();
            MakeDirectories();
            error = Posix.CreateForWriting(PartPath(nonce), out handle);
        }

        if (error == 0)
            return handle;
        handle.Dispose();
        Leave(nonce);
        throw FileFault.Of(error, $"creating {PartName(nonce)}");
    }

    public string PartPath(string nonce) => $"{FullPath}/{nonce}{PartSuffix}";

    public string PartName(string nonce) => $"{Relative}/{nonce}{PartSuffix}";

    /// <summary>
    /// Not synced by itself: journals keep it before the rename that follows and is synced (docs/formats/blob-layout.md).
    /// </summary>
    public void CreateIntent(BlobFileName name)
    {
        var error = Posix.CreateForWriting(IntentPath(name), out var handle);
        handle.Dispose();
        FileFault.ThrowIf(error, "creating", $"{Relative}/{name.Value}{IntentSuffix}");
    }

    /// <summary>An intent that cannot be removed is settled by the sweep, so nobody is told.</summary>
    public void RemoveIntent(BlobFileName name) => _ = Posix.Unlink(IntentPath(name));

    /// <summary>A part that cannot be removed is deleted by the sweep, so nobody is told.</summary>
    public void RemovePart(string nonce) => _ = Posix.Unlink(PartPath(nonce));

    public void Leave(string nonce) => _live.TryRemove(nonce, out _);

    string IntentPath(BlobFileName name) => $"{FullPath}/{name.Value}{IntentSuffix}";

    void MakeDirectories()
    {
        tree.MakeRoot();
        tree.Make("", Temporary);
        tree.Make(Temporary, node);
    }
}
