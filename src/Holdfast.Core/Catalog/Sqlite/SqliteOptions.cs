using System.ComponentModel.DataAnnotations;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>Where the embedded catalog lies and how many may read it at once.</summary>
public sealed class SqliteOptions
{
    public const string DefaultFileName = "catalog.db";

    /// <summary>The data directory, held by this process alone: the catalog is safe only with one process on it.</summary>
    public required DataDirectoryLock Directory { get; init; }

    /// <summary>The database's file in the directory; beside it lie its <c>-wal</c> and <c>-shm</c>. Default <c>catalog.db</c>.</summary>
    public string FileName { get; init; } = DefaultFileName;

    /// <summary>Read-only connections at most, each with a page cache of 10 MiB; further readers wait. Default 8, 1 to 256.</summary>
    [Range(1, 256)]
    public int MaxReaders { get; init; } = 8;

    /// <summary>The clock behind <c>db_now()</c>; tests move it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal string Path => System.IO.Path.Combine(Directory.Path, FileName);
}
