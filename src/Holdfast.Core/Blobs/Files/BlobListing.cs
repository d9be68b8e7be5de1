using System.IO.Enumeration;

namespace Holdfast.Core.Blobs.Files;

/// <summary>
/// Walks the tree in location order, which is the order of its directories. Whatever is no blob file in its own directory is passed over.
/// </summary>
static class BlobListing
{
    /// <summary>The full paths of the directories <c>ab/cd</c> that can hold locations behind <paramref name="after"/>.</summary>
    public static IEnumerable<string> Directories(string root, string? after)
    {
        foreach (var first in Children($"{root}/{BlobTree.Name}", after, skip: 0))
        {
            // Below a directory that only equals the beginning of the marker, the marker's next two digits count; behind it, none do.
            var inside = after is not null && after.StartsWith(first, StringComparison.Ordinal) ? after : null;
            foreach (var second in Children($"{root}/{BlobTree.Name}/{first}", inside, skip: 2))
                yield return $"{root}/{BlobTree.Name}/{first}/{second}";
        }
    }

    /// <summary>The blobs of one directory behind <paramref name="after"/>, in order: one 65536th of all.</summary>
    public static List<BlobInfo> Read(string directory, string? after)
    {
        var prefix = string.Concat(directory.AsSpan(directory.Length - 5, 2), directory.AsSpan(directory.Length - 2));
        var blobs = new List<BlobInfo>();
        foreach (var (text, size) in Entries(directory, static (ref e) => (e.FileName.ToString(), Length: FileLength(ref e))))
        {
            if (size >= 0 && text.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(text, after) > 0
                && BlobFileName.TryParse(text, out var name))
                blobs.Add(new BlobInfo(name.Location, name.Digest, size));
        }

        blobs.Sort(static (a, b) => string.CompareOrdinal(a.Location.Value, b.Location.Value));
        return blobs;
    }

    static List<string> Children(string directory, string? after, int skip)
    {
        var from = after is null || after.Length <= skip ? "" : after[skip..Math.Min(after.Length, skip + 2)];
        var names = new List<string>();
        foreach (var name in Entries(directory, static (ref e) => e.IsDirectory && !IsLink(ref e) ? e.FileName.ToString() : ""))
        {
            if (name is [var a, var b] && char.IsAsciiHexDigitLower(a)
                && char.IsAsciiHexDigitLower(b) && string.CompareOrdinal(name, from) >= 0)
                names.Add(name);
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    static List<T> Entries<T>(string directory, FileSystemEnumerable<T>.FindTransform transform)
    {
        if (!Directory.Exists(directory))
            return [];
        var all = new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
        return FileFault.Guard<List<T>>(() => [.. new FileSystemEnumerable<T>(directory, transform, all)], "listing the blobs");
    }

    static long FileLength(ref FileSystemEntry entry) => entry.IsDirectory || IsLink(ref entry) ? -1 : entry.Length;

    static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
