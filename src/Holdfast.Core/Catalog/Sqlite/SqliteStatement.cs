using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SQLitePCL;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>A prepared statement of one connection: bind, step, reset. Not thread safe.</summary>
sealed partial class SqliteStatement : IDisposable
{
    const int StackBytes = 512;

    readonly sqlite3_stmt _handle;
    readonly nint _pointer;

    /// <summary>
    /// SQLite's index of each argument, 0 when the text does not use it: <c>$2</c> is a name to SQLite, and names are counted in the
    /// order of their first use.
    /// </summary>
    readonly int[] _positions;

    public SqliteStatement(string sql, sqlite3_stmt handle)
    {
        Sql = sql;
        _handle = handle;
        _pointer = handle.DangerousGetHandle();
        IsReadOnly = raw.sqlite3_stmt_readonly(handle) != 0;
        ChangedTable = IsReadOnly ? null : Target().Match(sql) is { Success: true } target ? target.Groups["table"].Value : null;
        _positions = Positions(handle);
        Row = new SqliteRow(_pointer);
    }

    public string Sql { get; }

    /// <summary>The statement cannot change the database.</summary>
    public bool IsReadOnly { get; }

    /// <summary>The table whose rows the statement changes; null when it changes none.</summary>
    public string? ChangedTable { get; }

    /// <summary>The columns of the row last stepped to.</summary>
    public SqliteRow Row { get; }

    public int Step() => SqliteNative.Step(_pointer);

    public void Reset()
    {
        _ = SqliteNative.Reset(_pointer);
        if (_positions.Length > 0)
        {
            _ = SqliteNative.ClearBindings(_pointer); // frees the copies of bound blobs
        }
    }

    /// <summary>Binds <paramref name="args"/>; the number of bytes of text and blobs among them.</summary>
    public long Bind(object?[] args)
    {
        if (args.Length != _positions.Length)
        {
            throw new ArgumentException($"{args.Length} arguments for {_positions.Length} parameters of: {Sql}", nameof(args));
        }
        long bytes = 0;
        for (var i = 0; i < args.Length; i++)
        {
            if (_positions[i] > 0)
            {
                bytes += Bind(_positions[i], args[i]);
            }
        }
        return bytes;
    }

    public void Dispose() => _handle.Dispose();

    long Bind(int position, object? value) => value switch
    {
        null => Ok(SqliteNative.BindNull(_pointer, position)),
        long number => Ok(SqliteNative.BindInt64(_pointer, position, number)),
        int number => Ok(SqliteNative.BindInt64(_pointer, position, number)),
        bool flag => Ok(SqliteNative.BindInt64(_pointer, position, flag ? 1 : 0)),
        double number => Ok(raw.sqlite3_bind_double(_handle, position, number)),
        string text => BindText(position, text),
        byte[] bytes => BindBytes(position, bytes),
        ReadOnlyMemory<byte> bytes => BindBytes(position, bytes.Span),
        _ => throw new ArgumentException($"{value.GetType()} cannot be bound in: {Sql}", nameof(value)),
    };

    long BindBytes(int position, ReadOnlySpan<byte> bytes)
    {
        // An empty span has no address, which SQLite would take for NULL.
        _ = bytes.IsEmpty
            ? Ok(raw.sqlite3_bind_zeroblob(_handle, position, 0))
            : Ok(raw.sqlite3_bind_blob(_handle, position, bytes));
        return bytes.Length;
    }

    long BindText(int position, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = most > StackBytes ? ArrayPool<byte>.Shared.Rent(most) : null;
        var buffer = rented ?? stackalloc byte[StackBytes];
        var length = Encoding.UTF8.GetBytes(text, buffer);
        _ = length == 0
            ? Ok(raw.sqlite3_bind_text(_handle, position, ""))
            : Ok(raw.sqlite3_bind_text(_handle, position, buffer[..length]));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return length;
    }

    long Ok(int code) => code == raw.SQLITE_OK ? 0 : throw new InvalidOperationException($"SQLite cannot bind ({code}): {Sql}");

    [GeneratedRegex(
        @"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?<table>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Target();

    static int[] Positions(sqlite3_stmt handle)
    {
        var count = raw.sqlite3_bind_parameter_count(handle);
        var positions = new List<int>(count);
        for (var position = 1; position <= count; position++)
        {
            var name = raw.sqlite3_bind_parameter_name(handle, position).utf8_to_string();
            var argument = int.Parse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);
            while (positions.Count < argument)
            {
                positions.Add(0);
            }
            positions[argument - 1] = position;
        }
        return [.. positions];
    }
}
