using Holdfast.Core.Catalog.Postgres;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>What <c>catalog</c> may say: <c>sqlite</c>, a PostgreSQL connection string, or a <c>postgres://</c> URL.</summary>
public static class CatalogAddress
{
    public const string Sqlite = "sqlite";

    const string Hidden = "********";

    public static bool IsValid(string text)
    {
        try
        {
            return text == Sqlite || PostgresAddress.Parse(text) is not null;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    /// <summary>A valid address as a connection string, without its passwords.</summary>
    public static string Mask(string text)
    {
        if (text == Sqlite)
            return text;
        var address = PostgresAddress.Parse(text);
        if (address.Password is not null)
            address.Password = Hidden;
        if (address.SslPassword is not null)
            address.SslPassword = Hidden;
        return address.ConnectionString;
    }
}
