using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>The parts of a request that a signature covers, as they were sent.</summary>
/// <param name="Method">Upper-case.</param>
/// <param name="RawPath">The path as it stood in the request line, percent-encoded, without the query; "" counts as "/".</param>
/// <param name="Query">The query, parsed.</param>
/// <param name="Header">Asked with a lower-case name; answers the value, several joined with ",", or null.</param>
/// <param name="HeaderNames">The names of all headers sent, or at least of those that begin with x-amz-; any case.</param>
public readonly record struct SigV4Request(
    string Method, string RawPath, RequestQuery Query, Func<string, string?> Header, IEnumerable<string> HeaderNames);
