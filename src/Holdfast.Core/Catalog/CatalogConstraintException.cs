namespace Holdfast.Core.Catalog;

/// <summary>
/// A statement violated a constraint (unique, foreign key, not null, check). Queries state their conditions themselves (ON CONFLICT,
/// affected rows), so this is a fault of the caller, not a refusal; on both engines the whole work is rolled back.
/// </summary>
public sealed class CatalogConstraintException(string message, Exception? inner = null) : Exception(message, inner);
