using Holdfast.Protocol.S3.SigV4;
using Holdfast.TestKit.Peers;

namespace Holdfast.Bench.Subjects;

/// <summary>A running server that is measured. Requests to one with a signer are presigned; the others take any.</summary>
public sealed class Subject(
    string name, Uri address, SigV4Signer? signer, IReadOnlyCollection<PeerProcess> processes, Func<ValueTask> stop) : IAsyncDisposable
{
    static readonly TimeSpan Validity = TimeSpan.FromHours(12);

    public string Name => name;

    public Uri Address => address;

    public required string Version { get; init; }

    /// <summary>The Authorization header that its registry takes; null where anybody may push.</summary>
    public string? Authorization { get; init; }

    /// <summary>How long it took to start, to the line that says it serves.</summary>
    public TimeSpan ReadyAfter { get; init; }

    /// <summary>The first is the one clients talk to.</summary>
    public IReadOnlyCollection<PeerProcess> Processes => processes;

    public string CommandLine => processes.First().CommandLine;

    public bool IsS3 => signer is not null;

    /// <summary>The request target to send, presigned for UNSIGNED-PAYLOAD where the subject wants signatures. Path and query are sent as
    /// they are; <paramref name="headers"/> that begin with x-amz- are signed and must be sent too.</summary>
    public string Target(string method, string path, string query = "", params (string Name, string Value)[] headers)
    {
        if (signer is null)
            return query.Length == 0 ? path : $"{path}?{query}";
        Dictionary<string, string> signed = new(StringComparer.Ordinal) { ["host"] = address.Authority };
        foreach (var (name, value) in headers)
            signed[name] = value;
        return $"{path}?{signer.Presign(method, path, query, signed, Validity, TimeProvider.System.GetUtcNow())}";
    }

    /// <summary>As <see cref="Target"/>, with scheme and host.</summary>
    public string Url(string method, string path, string query = "", params (string Name, string Value)[] headers) =>
        address.GetLeftPart(UriPartial.Authority) + Target(method, path, query, headers);

    public ValueTask DisposeAsync() => stop();
}
