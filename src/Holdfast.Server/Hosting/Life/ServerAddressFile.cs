using System.Net;

namespace Holdfast.Server.Hosting.Life;

/// <summary>
/// <c>DATA/address</c>: the URL at which the server that works on a data directory is reached from the same machine, for verbs that ask it
/// to do their work. Written when it is ready, removed when it stops; after a crash it is stale until the next start.
/// </summary>
static class ServerAddressFile
{
    const string Name = "address";

    /// <summary>
    /// Writes where <paramref name="listener"/> is; an address that stands for all is written as loopback. A disk that takes nothing keeps
    /// no server from starting: the file is only missing then.
    /// </summary>
    public static void Write(string data, Uri listener)
    {
        try
        {
            File.WriteAllText(PathIn(data), $"{Local(listener)}\n");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Remove(data);
        }
    }

    public static void Remove(string data)
    {
        try
        {
            File.Delete(PathIn(data));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Who follows it finds nobody there, which is said then.
        }
    }

    /// <summary>Null when no server has announced itself.</summary>
    public static Uri? Find(string data)
    {
        try
        {
            return Uri.TryCreate(File.ReadAllText(PathIn(data)).Trim(), UriKind.Absolute, out var url) ? url : null;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static Uri Local(Uri listener)
    {
        if (!IPAddress.TryParse(listener.Host.Trim('[', ']'), out var address))
            return listener;
        var host = address.Equals(IPAddress.Any) ? "127.0.0.1" : address.Equals(IPAddress.IPv6Any) ? "[::1]" : listener.Host;
        return new UriBuilder(listener) { Host = host }.Uri;
    }

    static string PathIn(string data) => Path.Combine(data, Name);
}
