using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace Holdfast.Core.Catalog.Postgres;

/// <summary>
/// The types of each statement's parameters. All integers go as BIGINT, as on SQLite. A NULL has no type of its own, and a statement
/// whose types differ from those it was prepared with is not taken from the prepared ones: so the type last seen at its place is
/// remembered. Thread safe.
/// </summary>
sealed class PostgresTypes
{
    /// <summary>Only texts built at run time could come near: a bound on a mistake, not a working size.</summary>
    const int MaxStatements = 2000;

    readonly ConcurrentDictionary<string, NpgsqlDbType[]> _known = new(StringComparer.Ordinal);

    public void Bind(NpgsqlCommand command, string sql, object?[] args)
    {
        if (args.Length == 0)
        {
            return;
        }
        if (!_known.TryGetValue(sql, out var known))
        {
            known = NewTypes(args.Length);
            Remember(sql, known);
        }
        for (var i = 0; i < args.Length; i++)
        {
            var parameter = Parameter(args[i], sql);
            if (args[i] is null)
            {
                parameter.NpgsqlDbType = known[i];
            }
            else
            {
                known[i] = parameter.NpgsqlDbType;
            }
            command.Parameters.Add(parameter);
        }
    }

    static NpgsqlParameter Parameter(object? value, string sql) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value },
        long number => new NpgsqlParameter<long> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Bigint },
        int number => new NpgsqlParameter<long> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Bigint },
        bool flag => new NpgsqlParameter<bool> { TypedValue = flag, NpgsqlDbType = NpgsqlDbType.Boolean },
        double number => new NpgsqlParameter<double> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Double },
        string text => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text },
        byte[] bytes => new NpgsqlParameter<byte[]> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea },
        ReadOnlyMemory<byte> bytes => new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea },
        _ => throw new ArgumentException($"{value.GetType()} cannot be bound in: {sql}", nameof(value)),
    };

    void Remember(string sql, NpgsqlDbType[] types)
    {
        if (_known.Count >= MaxStatements)
        {
            _known.Clear();
        }
        _known[sql] = types;
    }

    static NpgsqlDbType[] NewTypes(int count)
    {
        var types = new NpgsqlDbType[count];
        Array.Fill(types, NpgsqlDbType.Unknown);
        return types;
    }
}
