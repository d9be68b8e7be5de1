using System.Net.Sockets;
using Holdfast.Protocol.Errors;
using Npgsql;

namespace Holdfast.Core.Catalog.Postgres;

/// <summary>What an error of the server or of the way to it means to the catalog's callers (PostgreSQL manual, appendix A).</summary>
static class PostgresErrors
{
    /// <summary>Nothing was committed, and the same work can succeed a moment later.</summary>
    public static bool IsTransient(NpgsqlException error) => error is PostgresException { SqlState: var state }
        ? state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected || IsConnectionLoss(state)
        : error.InnerException is IOException or SocketException;

    /// <summary>An answer to COMMIT that leaves no doubt that nothing was committed: a conflict, a constraint, no room.</summary>
    public static bool IsCertainRefusal(NpgsqlException error) =>
        error is PostgresException { SqlState: ['4', '0', ..] or ['2', '3', ..] or ['5', '3', ..] };

    /// <summary>False for what only a wrong statement brings about: a fault, to be seen as it is.</summary>
    public static bool IsKnown(NpgsqlException error) => error is not PostgresException { SqlState: var state }
        || state is ['2', '3', ..] || IsRefusedForNow(state) || IsTransient(error);

    /// <summary>The exception for the caller when the work is not tried again.</summary>
    public static Exception Describe(NpgsqlException error) => error switch
    {
        PostgresException { SqlState: ['2', '3', ..] } => new CatalogConstraintException(error.Message, error),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } =>
            new StoreException(StoreError.StorageFull, "there is no room left for the catalog; try again later", error),
        PostgresException { SqlState: var state } => Unavailable($"the PostgreSQL server refused with {state}", error),
        { InnerException: TimeoutException } => Unavailable("the PostgreSQL server did not answer in time", error),
        _ => Unavailable("the PostgreSQL server cannot be reached", error),
    };

    public static StoreException Unknown(Exception error) => new(
        StoreError.CatalogUnavailable,
        "the connection to the catalog was lost while it committed: whether the change took effect is unknown, look before trying again",
        error);

    static StoreException Unavailable(string why, Exception error) =>
        new(StoreError.CatalogUnavailable, $"the catalog cannot be used now: {why}; try again later", error);

    /// <summary>Class 08, and the server on its way down or up.</summary>
    static bool IsConnectionLoss(string state) => state is ['0', '8', ..]
        or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow;

    /// <summary>Out of resources, a standby that takes no writes, an I/O error, a wrong password, a database that is not there.</summary>
    static bool IsRefusedForNow(string state) => state is ['5', '3', ..] or ['5', '8', ..] or ['2', '8', ..] or ['3', 'D', ..]
        or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable;
}
