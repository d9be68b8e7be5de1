using System.Buffers;
using System.Text;

namespace Holdfast.Protocol.Http;

/// <summary>A growing run of bytes for building one short text; starts on the caller's stack and moves to pooled arrays.</summary>
ref struct Utf8Scratch
{
    Span<byte> _bytes;
    byte[]? _rented;
    int _length;

    public Utf8Scratch(Span<byte> initial) => _bytes = initial;

    public readonly ReadOnlySpan<byte> Written => _bytes[.._length];

    public void Append(byte value)
    {
        if (_length == _bytes.Length)
            Grow(1);
        _bytes[_length++] = value;
    }

    public void Append(scoped ReadOnlySpan<byte> value)
    {
        if (value.Length > _bytes.Length - _length)
            Grow(value.Length);
        value.CopyTo(_bytes[_length..]);
        _length += value.Length;
    }

    public void Append(scoped ReadOnlySpan<char> text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most > _bytes.Length - _length)
            Grow(most);
        _length += Encoding.UTF8.GetBytes(text, _bytes[_length..]);
    }

    /// <summary>The text, which is ASCII; the scratch is given back.</summary>
    public string TakeAscii()
    {
        var text = Encoding.ASCII.GetString(Written);
        Dispose();
        return text;
    }

    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        this = default;
    }

    void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _bytes.Length, _length + needed));
        _bytes[.._length].CopyTo(larger);
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _bytes = _rented = larger;
    }
}
