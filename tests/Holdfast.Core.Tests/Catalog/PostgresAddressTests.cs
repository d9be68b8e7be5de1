using Holdfast.Core.Catalog.Postgres;
using Holdfast.Protocol.Errors;
using Npgsql;

namespace Holdfast.Core.Tests.Catalog;

public sealed class PostgresAddressTests
{
    [Fact]
    public void A_url_becomes_a_connection_string()
    {
        var address = PostgresAddress.Parse(
            "postgres://us%65r:p%40ss%3Aword@db.example:6543/my%20db?sslmode=verify-full&application_name=x%26y&connect_timeout=7");

        Assert.Equal(("user", "p@ss:word"), (address.Username, address.Password));
        Assert.Equal(("db.example:6543", "my db"), (address.Host, address.Database));
        Assert.Equal((SslMode.VerifyFull, "x&y", 7), (address.SslMode, address.ApplicationName, address.Timeout));
    }

    [Theory]
    [InlineData("postgresql://localhost", "localhost", null, null)]
    [InlineData("postgres://h/db", "h", "db", null)]
    [InlineData("postgres://u@h1:1,h2:2/db", "h1:1,h2:2", "db", "u")]
    [InlineData("postgres://u@%2Frun%2Fpostgresql/db", "/run/postgresql", "db", "u")]
    [InlineData("postgres:///db?host=/run/postgresql&user=u", "/run/postgresql", "db", "u")]
    [InlineData("Host=h;Database=db;Username=u", "h", "db", "u")]
    public void Forms_of_an_address(string text, string host, string? database, string? user)
    {
        var address = PostgresAddress.Parse(text);

        Assert.Equal((host, database, user), (address.Host, address.Database, address.Username));
    }

    [Theory]
    [InlineData("postgres://")]
    [InlineData("postgres:///db")]
    [InlineData("postgres://u:secret@h/db?sslmode=sometimes")]
    [InlineData("postgres://u:secret@h/db?frobnicate=1")]
    [InlineData("Password=secret;Nonsense=1")]
    [InlineData("secret")]
    [InlineData("")]
    public void A_wrong_address_is_refused_without_repeating_it(string text)
    {
        var refusal = Assert.Throws<StoreException>(() => PostgresAddress.Parse(text));

        Assert.Equal(StoreError.InvalidArgument, refusal.Error);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }
}
