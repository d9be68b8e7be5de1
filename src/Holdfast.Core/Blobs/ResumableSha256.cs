using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Protocol;

namespace Holdfast.Core.Blobs;

/// <summary>
/// SHA-256 whose state can be saved and restored, which the framework's cannot: a composite of terabytes, or an upload in many chunks, is
/// hashed over many runs and nodes. Calls libcrypto's SHA256_Update on a context that is plain memory (FIPS 180-4, section 6.2; OpenSSL,
/// "SHA256_CTX").
/// </summary>
public sealed partial class ResumableSha256
{
    // struct SHA256_CTX: h[8], Nl, Nh, data[16], num, md_len; 28 words of 32 bits in the machine's order.
    const int Words = 28;
    const int LowLength = 8;
    const int HighLength = 9;

    [InlineArray(Words)]
    struct Context
    {
        uint _first;
    }

    Context _context;

    public ResumableSha256() => _ = Init(ref _context);

    ResumableSha256(Context context) => _context = context;

    /// <summary>The state from <see cref="Save"/>; throws FormatException when it is none.</summary>
    public static ResumableSha256 Restore(ReadOnlySpan<byte> state)
    {
        if (state.Length != Words * sizeof(uint))
            throw new FormatException($"a SHA-256 state has {Words * sizeof(uint)} bytes, not {state.Length}");
        Context context = default;
        for (var word = 0; word < Words; word++)
            context[word] = BinaryPrimitives.ReadUInt32LittleEndian(state[(word * sizeof(uint))..]);
        return new ResumableSha256(context);
    }

    /// <summary>Whether nothing was appended yet.</summary>
    public bool IsEmpty => (_context[LowLength] | _context[HighLength]) == 0;

    public byte[] Save()
    {
        var state = new byte[Words * sizeof(uint)];
        for (var word = 0; word < Words; word++)
            BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(word * sizeof(uint)), _context[word]);
        return state;
    }

    public void Append(ReadOnlySpan<byte> data) => _ = Update(ref _context, data, (nuint)data.Length);

    /// <summary>The digest of everything appended so far; ends this instance's use.</summary>
    public Digest Finish()
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        _ = Final(hash, ref _context);
        return new Digest(hash);
    }

    /// <summary>The digest of everything appended so far; more may follow.</summary>
    public Digest Peek() => new ResumableSha256(_context).Finish();

    [LibraryImport("libcrypto.so.3", EntryPoint = "SHA256_Init")]
    private static partial int Init(ref Context context);

    [LibraryImport("libcrypto.so.3", EntryPoint = "SHA256_Update")]
    private static partial int Update(ref Context context, ReadOnlySpan<byte> data, nuint length);

    [LibraryImport("libcrypto.so.3", EntryPoint = "SHA256_Final")]
    private static partial int Final(Span<byte> digest, ref Context context);
}
