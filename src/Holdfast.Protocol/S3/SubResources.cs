using System.Collections.Frozen;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3;

/// <summary>
/// The query names that make a request another operation (from AWS's public service model). One that is known here but not served must
/// answer 501: falling through would store the XML of PUT ?policy as an object (specs/s3.md, rule 17). Any other name is ignored.
/// </summary>
public static class SubResources
{
    public static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "abac", "accelerate", "acl", "analytics", "annotation", "annotations", "append", "attributes", "cors", "delete", "encryption",
        "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "location", "logging", "metadataConfiguration",
        "metadataInventoryTable", "metadataJournalTable", "metadataTable", "metrics", "notification", "object-lock", "ownershipControls",
        "policy", "policyStatus", "publicAccessBlock", "renameObject", "replication", "requestPayment", "restore", "retention", "select",
        "session", "tagging", "torrent", "uploadId", "uploads", "versioning", "versions", "website");

    /// <summary>The first sub-resource in the query; null when it names none.</summary>
    public static string? Find(RequestQuery query)
    {
        foreach (var (name, _) in query.Parameters)
        {
            if (Names.Contains(name))
                return name;
        }

        return null;
    }
}
