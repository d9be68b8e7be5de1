using Holdfast.Protocol.S3;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.S3.Auth;
using Microsoft.AspNetCore.Routing.Matching;

namespace Holdfast.Server.S3;

/// <summary>
/// Chooses among the S3 endpoints of one scope and method by sub-resource (<c>?tagging</c>, <c>?uploads</c>, …) and copy header. A known
/// sub-resource that nothing serves matches nothing plain: it never falls through to another operation (specs: s3, rule 17).
/// </summary>
public sealed class S3MatcherPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    const string ListType = "list-type";
    const string CopySource = "x-amz-copy-source";

    public override int Order => 1000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Metadata.GetMetadata<S3Operation>() is not null)
                return true;
        }
        return false;
    }

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var query = RequestTarget.Of(httpContext).Query;
        var wanted = query.Count == 0 ? null : SubResources.Find(query);
        // Not a sub-resource, but what tells ListObjectsV2 from ListObjects.
        if (wanted is null && query.Find(ListType) == "2" && IsServed(candidates, ListType))
            wanted = ListType;
        var isCopy = httpContext.Request.Headers.ContainsKey(CopySource) || QueryHeaders.Has(query, CopySource);
        var hasCopy = isCopy && HasCopy(candidates, wanted);
        for (var at = 0; at < candidates.Count; at++)
        {
            if (!candidates.IsValidCandidate(at) || candidates[at].Endpoint.Metadata.GetMetadata<S3Operation>() is not { } operation)
                continue;
            var fits = operation.IsAbsent
                ? wanted is not null && !IsServed(candidates, wanted)
                : operation.SubResource == wanted && operation.IsCopy == hasCopy;
            candidates.SetValidity(at, fits);
        }
        return Task.CompletedTask;
    }

    static bool HasCopy(CandidateSet candidates, string? wanted)
    {
        for (var at = 0; at < candidates.Count; at++)
        {
            if (candidates[at].Endpoint.Metadata.GetMetadata<S3Operation>() is { IsCopy: true } operation
                && operation.SubResource == wanted)
                return true;
        }
        return false;
    }

    static bool IsServed(CandidateSet candidates, string wanted)
    {
        for (var at = 0; at < candidates.Count; at++)
        {
            if (candidates[at].Endpoint.Metadata.GetMetadata<S3Operation>() is { IsAbsent: false } operation
                && operation.SubResource == wanted)
                return true;
        }
        return false;
    }
}
