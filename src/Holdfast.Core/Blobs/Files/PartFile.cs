using Microsoft.Win32.SafeHandles;

namespace Holdfast.Core.Blobs.Files;

/// <summary>An open temporary file. <paramref name="Reserved"/> is the room set aside for it, in bytes.</summary>
readonly record struct PartFile(string Nonce, SafeFileHandle File, long Reserved);
