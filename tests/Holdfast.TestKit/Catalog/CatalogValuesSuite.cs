namespace Holdfast.TestKit.Catalog;

/// <summary>Values go in and come out alike on every engine.</summary>
public abstract class CatalogValuesSuite : CatalogFixture
{
    [Fact]
    public async Task What_was_written_is_read_back()
    {
        var changed = await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, "one", new byte[] { 1, 0, 255 }, 7), Ct);

        var read = await Catalog.ReadAsync(
            s => s.FindAsync(
                "SELECT id, name, bytes, number, id > 0 FROM thing WHERE name = $1",
                static row => (row.GetInt64(0), row.GetString(1), row.GetBytes(2), row.GetInt32(3), row.GetBoolean(4)),
                "one"),
            Ct);
        Assert.Equal(1, changed);
        Assert.Equal((1L, "one", 7, true), (read.Item1, read.Item2, read.Item4, read.Item5));
        Assert.Equal([1, 0, 255], read.Item3);
    }

    [Fact]
    public async Task A_row_that_is_not_there_is_default()
    {
        Assert.Null(await Catalog.ReadAsync(s => s.FindAsync(FindName, static row => row.GetString(0), 404L), Ct));
        Assert.Empty(await Catalog.ReadAsync(s => s.ListAsync("SELECT id FROM thing", static row => row.GetInt64(0)), Ct));
        Assert.Equal(0, await Catalog.WriteAsync(s => s.ExecuteAsync("DELETE FROM thing WHERE id = $1", 404L), Ct));
    }

    [Fact]
    public async Task Nulls_go_in_and_come_out()
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, null, null, null), Ct);
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 2L, "two", new byte[] { 2 }, 2L), Ct);
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 3L, null, null, null), Ct);

        var rows = await Catalog.ReadAsync(
            s => s.ListAsync(
                "SELECT name, bytes, number FROM thing ORDER BY id",
                static row => (row.FindString(0), row.FindBytes(1), row.FindInt64(2), row.FindInt32(2), row.IsNull(0))),
            Ct);
        Assert.Equal((null, null, null, null, true), rows[0]);
        Assert.Equal(("two", 2L, 2, false), (rows[1].Item1, rows[1].Item3, rows[1].Item4, rows[1].Item5));
        Assert.Equal(rows[0], rows[2]);
    }

    [Theory]
    [InlineData("SELECT number FROM thing WHERE id = 1")]
    [InlineData("SELECT bytes FROM thing WHERE id = 1")]
    public async Task Getting_a_null_is_a_fault(string sql)
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, null, null, null), Ct);

        await Assert.ThrowsAsync<InvalidCastException>(
            () => Catalog.ReadAsync(
                s => s.FindAsync(sql, static row => row.GetInt64(0) + row.GetSpan(0).Length + row.GetString(0).Length), Ct).AsTask());
    }

    [Fact]
    public async Task Empty_text_and_empty_bytes_are_not_null()
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, "", Array.Empty<byte>(), 0L), Ct);

        var row = await Catalog.ReadAsync(
            s => s.FindAsync(
                "SELECT name, bytes, number FROM thing WHERE id = 1",
                static row => (row.FindString(0), row.FindBytes(1), row.FindInt64(2), row.GetSpan(1).Length)),
            Ct);
        Assert.Equal(("", 0L, 0), (row.Item1, row.Item3, row.Item4));
        Assert.Equal([], row.Item2!);
    }

    [Fact]
    public async Task Arguments_are_named_by_number_not_by_place()
    {
        var row = await Catalog.ReadAsync(
            s => s.FindAsync(
                "SELECT number, name FROM (SELECT 5 AS number, 'b' AS name) AS t WHERE name = $2 AND number = $1 AND $2 = 'b'",
                static row => (row.GetInt32(0), row.GetString(1)),
                5L,
                "b"),
            Ct);

        Assert.Equal((5, "b"), row);
    }

    [Fact]
    public async Task Blobs_are_compared_as_bytes()
    {
        byte[][] keys = [[0xff], [], [0x61, 0x00], [0x61], [0x61, 0x62], [0x7f], [0x80], [0xc3, 0xa4], [0x41]];
        for (var i = 0; i < keys.Length; i++)
        {
            var (id, key) = (i, keys[i]);
            await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, (long)id, null, key, null), Ct);
        }

        var sorted = await Catalog.ReadAsync(s => s.ListAsync("SELECT bytes FROM thing ORDER BY bytes", static row => row.GetBytes(0)), Ct);
        var after = await Catalog.ReadAsync(
            s => s.ListAsync("SELECT bytes FROM thing WHERE bytes > $1", static row => row.GetBytes(0), new byte[] { 0x80 }), Ct);

        Assert.Equal(keys.Order(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))), sorted);
        Assert.Equal(2, after.Count);
    }

    [Fact]
    public async Task Memory_is_bound_and_rows_are_copied_out()
    {
        var bytes = new byte[] { 9, 1, 2, 3, 9 };
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, null, (ReadOnlyMemory<byte>)bytes.AsMemory(1, 3), null), Ct);

        var copied = new byte[4];
        var length = await Catalog.ReadAsync(s => s.FindAsync("SELECT bytes FROM thing", row => row.CopyBytes(0, copied)), Ct);
        Assert.Equal(3, length);
        Assert.Equal([1, 2, 3, 0], copied);
    }

    [Fact]
    public async Task Large_blobs_survive()
    {
        var bytes = new byte[5 << 20];
        new Random(1).NextBytes(bytes);
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, null, bytes, null), Ct);

        var read = await Catalog.ReadAsync(s => s.FindAsync("SELECT bytes FROM thing", static row => row.GetBytes(0)), Ct);
        Assert.True(bytes.AsSpan().SequenceEqual(read));
    }

    [Fact]
    public async Task Unicode_text_survives()
    {
        const string text = "naïve — 你好 🦀\n\t'\";";
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, text, null, null), Ct);

        Assert.Equal(text, await Catalog.ReadAsync(s => s.FindAsync(FindName, static row => row.GetString(0), 1L), Ct));
    }

    [Fact]
    public async Task Doubles_survive()
    {
        var row = await Catalog.ReadAsync(
            s => s.FindAsync("SELECT number * 0.5 FROM (SELECT 3 AS number) AS t WHERE 2.5 = $1", static row => row.GetDouble(0), 2.5), Ct);

        Assert.Equal(1.5, row);
    }

    [Fact]
    public async Task A_returning_statement_takes_effect_on_all_rows()
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync("INSERT INTO thing (id, number) VALUES (1, 1), (2, 1), (3, 1)"), Ct);

        var first = await Catalog.WriteAsync(
            s => s.FindAsync("UPDATE thing SET number = number + 1 RETURNING number", static row => row.GetInt64(0)), Ct);

        Assert.Equal(2, first);
        Assert.Equal(6, await Catalog.ReadAsync(
            s => s.FindAsync("SELECT CAST(SUM(number) AS BIGINT) FROM thing", static row => row.GetInt64(0)), Ct));
    }
}
