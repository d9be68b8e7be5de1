using System.Text;

namespace Holdfast.Core.Tests.Objects;

/// <summary>The order of listings: by the bytes of UTF-8, which is not that of UTF-16.</summary>
sealed class Utf8Order : IComparer<string>
{
    public static readonly Utf8Order Instance = new();

    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
}
