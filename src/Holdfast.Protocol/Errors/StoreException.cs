namespace Holdfast.Protocol.Errors;

/// <summary>
/// A refusal: the caller asked for something that the store will not or cannot do now, and is told so in one sentence with the values and
/// units. Absence is null and a bug is any other exception. The message reaches the client, so it never holds a secret.
/// </summary>
public sealed class StoreException(StoreError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public StoreError Error { get; } = error;

    /// <summary>Extra facts for the answer, in the names of the protocol that reads them (S3: child elements of Error).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Details { get; init; } = [];

    /// <summary>Response headers that belong to the refusal (for instance <c>x-amz-delete-marker</c>).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
