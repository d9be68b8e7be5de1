namespace Holdfast.Core.Catalog.Schema;

/// <summary>
/// One step of the schema: never changed once released, numbered without gaps from 1. Each engine runs its own text, of any number of
/// statements, in one transaction with the step's row in <c>schema_version</c>.
/// </summary>
public sealed record Migration(int Number, string Name, string SqliteSql, string PostgresSql);
