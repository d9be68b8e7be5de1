using System.Text;
using Holdfast.TestKit.Durability;

namespace Holdfast.Core.Tests.Fuzz;

/// <summary>Makes an input out of known ones: a few bytes changed, repeated, cut, or mixed with what parsers trip over.</summary>
sealed class Mutation(IReadOnlyList<byte[]> corpus, Dice dice)
{
    const int MaxBytes = 64 * 1024;

    static readonly byte[][] Words =
    [
        .. new[]
        {
            "", "\0", "\r\n", "\n", "=", "&", "%", "%00", "%FF", "%e", ",", ";", "/", "..", "-", "0", "-1", "9223372036854775808",
            "ffffffffffffffff",
            "<", ">", "&#0;", "&#xD800;", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "<![CDATA[", "<!--", "<?xml version=\"1.1\"?>",
            "xmlns:a=\"b\"", "\u00ef\u00bb\u00bf",
            "\u00fe\u00ff", "Credential=", "20260101T000000Z", "bytes=", ";chunk-signature=", "x-amz-trailer-signature:", "http://", "h:0",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    public byte[] Next()
    {
        var input = new List<byte>(dice.Pick(corpus));
        for (var changes = 1 + dice.Next(6); changes > 0; changes--)
            Change(input);
        return [.. input.Take(MaxBytes)];
    }

    void Change(List<byte> input)
    {
        var at = dice.Next(input.Count + 1);
        var length = Math.Min(1 + dice.Next(16), input.Count - at);
        switch (dice.Next(6))
        {
            case 0 when length > 0:
                input[at] = (byte)dice.Next(256);
                break;
            case 1 when length > 0:
                input[at] ^= (byte)(1 << dice.Next(8));
                break;
            case 2 when length > 0:
                input.RemoveRange(at, length);
                break;
            case 3 when input.Count < MaxBytes:
                var piece = input.GetRange(at, length);
                for (var times = 1 << dice.Next(8); times > 0; times--)
                    input.InsertRange(at, piece);
                break;
            case 4:
                var other = dice.Pick(corpus);
                input.InsertRange(at, other[dice.Next(other.Length + 1)..]);
                break;
            default:
                input.InsertRange(at, dice.Pick(Words));
                break;
        }
    }
}
