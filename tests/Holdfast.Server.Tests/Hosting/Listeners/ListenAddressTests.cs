using Holdfast.Server.Hosting.Listeners;

namespace Holdfast.Server.Tests.Hosting.Listeners;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1", 8080, true)]
    [InlineData("[::1]:0", "::1", 0, true)]
    [InlineData("localhost:0", "localhost", 0, true)]
    [InlineData("LOCALHOST:1", "localhost", 1, true)]
    [InlineData(":8080", "", 8080, false)]
    [InlineData("*:8080", "", 8080, false)]
    [InlineData("0.0.0.0:65535", "0.0.0.0", 65535, false)]
    [InlineData("[::]:1", "::", 1, false)]
    [InlineData("192.0.2.1:1", "192.0.2.1", 1, false)]
    public void Known_forms_are_read(string text, string host, int port, bool isLoopback)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal((host, port, isLoopback), (address.Host, address.Port, address.IsLoopback));
        Assert.True(ListenAddress.TryParse(address.ToString(), out var again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.1:80")]
    [InlineData("example.com:80")]
    [InlineData("::1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("http://127.0.0.1:80")]
    public void Others_are_not(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
