namespace Holdfast.Clients.Tests.Conformance.Wire;

/// <summary>One request as it goes onto the wire. <paramref name="Target"/> is the path and query, percent-encoded by the caller.</summary>
public sealed record WireRequest(string Method, string Target)
{
    /// <summary>Null sends neither body nor length.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Every header named x-amz-… is signed.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Null sends the request unsigned.</summary>
    public Identity? By { get; init; }

    /// <summary>What x-amz-content-sha256 says; null says the body's hash.</summary>
    public string? PayloadHash { get; init; }

    /// <summary>When the request claims to be made; null is now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The region the signature is for; null is the server's.</summary>
    public string? Region { get; init; }

    /// <summary>The Host header; null is the server's address.</summary>
    public string? Host { get; init; }

    /// <summary>Sends the body with HTTP's own chunking, without a length.</summary>
    public bool Chunked { get; init; }

    /// <summary>Changes the request after it was signed.</summary>
    public Func<WireRequest, WireRequest> Forged { get; init; } = request => request;
}
