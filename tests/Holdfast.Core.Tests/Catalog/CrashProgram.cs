using System.Text;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Catalog;
using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.Core.Tests.Catalog;

/// <summary>What a <see cref="CrashChild"/> runs: this test program, told to run this one explicit test.</summary>
public sealed class CrashProgram
{
    public const string DirectoryVariable = "HOLDFAST_CRASH_DIRECTORY";

    const int Callers = 8;

    [Fact(Explicit = true)]
    public async Task Write_until_killed()
    {
        var directory = Environment.GetEnvironmentVariable(DirectoryVariable);
        Assert.SkipWhen(directory is null, "only for the tests that kill it");
        using var database = new SqliteDatabase(directory);
        await using var catalog = new Store(database.Open(CatalogFixture.TestMigrations, TimeProvider.System));
        var last = await catalog.ReadAsync(
            s => s.FindAsync("SELECT COALESCE(MAX(id), 0) FROM thing", static row => row.GetInt64(0)), CancellationToken.None);
        await using var answers = Console.OpenStandardOutput();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var id = Interlocked.Increment(ref last);
                var answer = await WriteAsync(catalog, id);
                answers.Write(Encoding.ASCII.GetBytes($"{id} {answer}\n")); // a single write to a pipe: whole, whenever the kill comes
            }
        })));
    }

    static async Task<string> WriteAsync(Store catalog, long id)
    {
        try
        {
            await catalog.WriteAsync(s => s.ExecuteAsync(CatalogFixture.Insert, id, "x", new byte[3000], id), CancellationToken.None);
            return "ok";
        }
        catch (StoreException refusal)
        {
            return refusal.Error.ToString();
        }
    }
}
