using Holdfast.Core.Blobs;
using Holdfast.Protocol;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Core.Tests.Blobs;

public sealed class ResumableSha256Tests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(63, 1)]
    [InlineData(64, 64)]
    [InlineData(65, 64)]
    [InlineData(200_000, 77_777)]
    public void Saved_and_restored_anywhere_it_says_what_the_framework_says(int length, int split)
    {
        var content = TestBytes.Of(length);
        var first = new ResumableSha256();
        first.Append(content.AsSpan(0, split));

        var second = ResumableSha256.Restore(first.Save());
        second.Append(content.AsSpan(split));

        Assert.Equal(Digest.Of(content), second.Finish());
    }

    [Fact]
    public void A_state_of_another_length_is_refused() => Assert.Throws<FormatException>(() => ResumableSha256.Restore(new byte[10]));
}
