using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Hosting.Errors;

/// <summary>How one protocol says no. Thread safe.</summary>
public interface IErrorDialect
{
    /// <summary>
    /// Writes the whole answer: status, headers, body. Called only while nothing was sent. The body of an answer to HEAD is dropped by the
    /// framework. The request's id is <see cref="HttpContext.TraceIdentifier"/>.
    /// </summary>
    Task WriteAsync(HttpContext context, StoreException refusal);

    /// <summary>The protocol's own code for the error, as it stands in the answer: for the access log.</summary>
    string Code(StoreError error);
}
