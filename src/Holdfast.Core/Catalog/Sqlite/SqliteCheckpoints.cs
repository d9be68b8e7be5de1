using System.Diagnostics;
using Holdfast.Protocol.Errors;
using SQLitePCL;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>
/// Moves the write-ahead log to the database file between groups, a slice at a time, so that no single write waits long and the log
/// stays within <see cref="MaxLogBytes"/>. Runs on the writer's thread with the writer's connection only: the SQLite versions
/// obtainable here can corrupt a log that two connections write or checkpoint at once.
/// </summary>
sealed class SqliteCheckpoints(SqliteReaders readers, CatalogMetrics metrics)
{
    /// <summary>The log's size on disk never exceeds this.</summary>
    public const long MaxLogBytes = 64 << 20;

    const long FrameBytes = 4096 + 24;

    /// <summary>Growth that is worth a checkpoint: long enough to share the fsync, short enough to be over in some milliseconds.</summary>
    const long SliceBytes = 8 << 20;

    /// <summary>From here readers are held back for a moment, because their views have kept the log from starting over.</summary>
    const long CrowdedBytes = 32 << 20;

    /// <summary>From here writes are refused until the log has started over: a group and its side effects must still fit.</summary>
    const long RefusingBytes = 44 << 20;

    static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongWait = TimeSpan.FromSeconds(2);

    /// <summary>Frames in the log at most: exact after a checkpoint, and not smaller than the truth between them.</summary>
    long _frames;
    long _framesSinceSlice;
    bool _settled = true;

    /// <summary>The size of the log's live part.</summary>
    public long LogBytes => Interlocked.Read(ref _frames) * FrameBytes;

    /// <summary>Notes what a commit appended.</summary>
    public void Appended(int frames)
    {
        Interlocked.Add(ref _frames, frames);
        _framesSinceSlice += frames;
        _settled &= frames == 0;
    }

    /// <summary>After a group: a slice when one is due.</summary>
    public void AfterGroup(SqliteConnection writer)
    {
        if (_framesSinceSlice * FrameBytes < SliceBytes)
        {
            return;
        }
        Slice(writer);
        if (LogBytes >= CrowdedBytes)
        {
            _ = TryStartOver(writer, raw.SQLITE_CHECKPOINT_RESTART, ShortWait);
        }
    }

    /// <summary>Before a group: throws when the log is so long that it must start over first and cannot.</summary>
    public void RequireRoom(SqliteConnection writer)
    {
        if (LogBytes >= RefusingBytes && !TryStartOver(writer, raw.SQLITE_CHECKPOINT_RESTART, LongWait))
        {
            throw new StoreException(
                StoreError.CatalogUnavailable,
                $"the catalog's log holds {LogBytes} bytes and a long read keeps it from starting over; try again later");
        }
    }

    /// <summary>With nothing to write: all of the log goes into the database file, and its room back to the disk.</summary>
    public void WhenIdle(SqliteConnection writer)
    {
        if (_settled)
        {
            return;
        }
        Slice(writer);
        _settled = TryStartOver(writer, raw.SQLITE_CHECKPOINT_TRUNCATE, TimeSpan.Zero);
    }

    void Slice(SqliteConnection writer)
    {
        var started = Stopwatch.GetTimestamp();
        writer.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE, TimeSpan.Zero, out var frames, out var moved);
        // A log that is moved whole starts over with the next commit, unless a reader stands in it: then the frame count goes on rising.
        Interlocked.Exchange(ref _frames, frames);
        _framesSinceSlice = 0;
        metrics.Checkpoint(started);
    }

    bool TryStartOver(SqliteConnection writer, int mode, TimeSpan wait)
    {
        var started = Stopwatch.GetTimestamp();
        readers.Pause();
        try
        {
            if (!writer.Checkpoint(mode, wait, out _, out _))
            {
                return false;
            }
            Interlocked.Exchange(ref _frames, 0);
            _framesSinceSlice = 0;
            return true;
        }
        finally
        {
            readers.Resume();
            metrics.Checkpoint(started);
        }
    }
}
