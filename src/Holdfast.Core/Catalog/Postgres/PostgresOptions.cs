using System.ComponentModel.DataAnnotations;

namespace Holdfast.Core.Catalog.Postgres;

/// <summary>Which PostgreSQL holds the catalog and how many connections this node may take of it.</summary>
public sealed class PostgresOptions
{
    /// <summary>A connection string or a <c>postgres://</c> URL (<see cref="PostgresAddress"/>). Holds a password: never logged.</summary>
    public required string Address { get; init; }

    /// <summary>Connections for writes at most; further writes wait. Default 16, 1 to 1000.</summary>
    [Range(1, 1000)]
    public int MaxWriters { get; init; } = 16;

    /// <summary>Connections for reads at most; further reads wait. Default 16, 1 to 1000.</summary>
    [Range(1, 1000)]
    public int MaxReaders { get; init; } = 16;

    /// <summary>Null: <c>db_now()</c> is the server's clock, the same for all nodes. Tests give a clock they can move.</summary>
    public TimeProvider? Time { get; init; }
}
