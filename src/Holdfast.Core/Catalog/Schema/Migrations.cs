namespace Holdfast.Core.Catalog.Schema;

/// <summary>The steps that lead from an empty database to the schema this binary knows.</summary>
public static class Migrations
{
    public static IReadOnlyList<Migration> All { get; } = [M0001Foundation.Step, M0002Store.Step, M0003Repositories.Step];
}
