using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol.Hashing;

namespace Holdfast.Core.Tests.Protocol.Hashing;

public sealed class CrcTests
{
    static readonly byte[] Check = Encoding.ASCII.GetBytes("123456789");
    static readonly byte[] Text = Enumerable.Range(0, 70_000).Select(i => (byte)((i * 31) ^ (i >> 5))).ToArray();

    [Fact]
    public void Check_values_of_the_standards_are_met()
    {
        Assert.Equal(0xCBF43926u, Crc32.Append(0, Check));
        Assert.Equal(0xE3069283u, Crc32C.Append(0, Check));
        Assert.Equal(0xAE8B14860A799888u, Crc64Nvme.Append(0, Check));
    }

    [Fact]
    public void The_crc_of_nothing_is_zero()
    {
        Assert.Equal(0u, Crc32.Append(0, []));
        Assert.Equal(0u, Crc32C.Append(0, []));
        Assert.Equal(0UL, Crc64Nvme.Append(0, []));
    }

    [Theory]
    [InlineData(0xEDB88320UL, 32)]
    [InlineData(0x82F63B78UL, 32)]
    [InlineData(0x9A6C9329AC4BC9B5UL, 64)]
    public void Folding_and_tables_agree_with_the_bitwise_definition_at_every_length(ulong polynomial, int width)
    {
        var crc = new ReflectedCrc(polynomial, width);

        foreach (var length in Enumerable.Range(0, 400).Append(4096).Append(65_536).Append(65_543))
        {
            var data = Text.AsSpan(3, length);
            var expected = Bitwise(polynomial, width, data);
            Assert.Equal(expected, crc.AppendTables(0, data));
            Assert.Equal(expected, crc.Append(0, data));
            if (ReflectedCrc.HasHardware && length >= 64)
                Assert.Equal(expected, crc.AppendFolding(0, data));
        }
    }

    [Fact]
    public void Appending_in_two_steps_equals_one_step_and_equals_combining()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            ArbMap.Default.ArbFor<byte[]>(),
            (a, b) =>
            {
                byte[] both = [.. a, .. b];
                return Crc32.Append(Crc32.Append(0, a), b) == Crc32.Append(0, both)
                    && Crc32C.Append(Crc32C.Append(0, a), b) == Crc32C.Append(0, both)
                    && Crc64Nvme.Append(Crc64Nvme.Append(0, a), b) == Crc64Nvme.Append(0, both)
                    && Crc32.Combine(Crc32.Append(0, a), Crc32.Append(0, b), b.Length) == Crc32.Append(0, both)
                    && Crc32C.Combine(Crc32C.Append(0, a), Crc32C.Append(0, b), b.Length) == Crc32C.Append(0, both)
                    && Crc64Nvme.Combine(Crc64Nvme.Append(0, a), Crc64Nvme.Append(0, b), b.Length) == Crc64Nvme.Append(0, both);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Folding_carries_on_from_an_earlier_value()
    {
        foreach (var cut in new[] { 1, 63, 64, 65, 1000, 60_000 })
        {
            Assert.Equal(Crc32C.Append(0, Text), Crc32C.Append(Crc32C.Append(0, Text.AsSpan(0, cut)), Text.AsSpan(cut)));
            Assert.Equal(Crc64Nvme.Append(0, Text), Crc64Nvme.Append(Crc64Nvme.Append(0, Text.AsSpan(0, cut)), Text.AsSpan(cut)));
        }
    }

    [Fact]
    public void Combining_huge_lengths_is_associative()
    {
        const long Gigabytes = 5L << 30;
        var (a, b, c) = (Crc64Nvme.Append(0, Check), 0x1234_5678_9ABC_DEF0UL, 0x0F0F_0F0F_F0F0_F0F0UL);

        var left = Crc64Nvme.Combine(Crc64Nvme.Combine(a, b, Gigabytes), c, 3 * Gigabytes);
        var right = Crc64Nvme.Combine(a, Crc64Nvme.Combine(b, c, 3 * Gigabytes), 4 * Gigabytes);

        Assert.Equal(left, right);
    }

    static ulong Bitwise(ulong polynomial, int width, ReadOnlySpan<byte> data)
    {
        var mask = ulong.MaxValue >> (64 - width);
        var state = mask;
        foreach (var one in data)
        {
            state ^= one;
            for (var bit = 0; bit < 8; bit++)
                state = (state & 1) != 0 ? (state >> 1) ^ polynomial : state >> 1;
        }

        return state ^ mask;
    }
}
