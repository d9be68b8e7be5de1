using Holdfast.Core.Access;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Errors;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.S3.Buckets;
using Holdfast.Server.S3.Listing;
using Holdfast.Server.S3.Multipart;
using Holdfast.Server.S3.Objects;
using Holdfast.Server.S3.Service;

namespace Holdfast.Server.S3;

/// <summary>The route table of the S3 door: every operation with its method, what selects it, and the right it needs.</summary>
public static class S3Endpoints
{
    public static void MapS3(this IEndpointRouteBuilder routes)
    {
        var gate = routes.ServiceProvider.GetRequiredService<S3Gate>();
        var dialect = new DialectMetadata(routes.ServiceProvider.GetRequiredService<S3Dialect>());
        MapService(new Scope(routes, gate, dialect, TargetRoutes.S3Service));
        MapBucket(new Scope(routes, gate, dialect, TargetRoutes.S3Bucket));
        MapObject(new Scope(routes, gate, dialect, TargetRoutes.S3Object));
    }

    static void MapService(Scope scope) => scope.Map("GET", null, "ListBuckets", Right.ListBuckets, ListBuckets.HandleAsync);

    static void MapBucket(Scope scope)
    {
        scope.Map(
            "PUT", new S3Operation("CreateBucket", Right.CreateBucket) { CreatesBucket = true, Adds = true }, CreateBucket.HandleAsync);
        scope.Map("HEAD", null, "HeadBucket", Right.ReadBucket, BucketBasics.HeadAsync);
        scope.Map("DELETE", null, "DeleteBucket", Right.ManageBucket, BucketBasics.DeleteAsync);
        scope.Map("GET", null, "ListObjects", Right.ListObjects, ListObjects.HandleAsync);
        scope.Map("GET", "list-type", "ListObjectsV2", Right.ListObjects, ListObjects.HandleV2Async);
        scope.Map("GET", "versions", "ListObjectVersions", Right.ListObjects, ListObjectVersions.HandleAsync);
        scope.Map("GET", "uploads", "ListMultipartUploads", Right.ListObjects, ListMultipartUploads.HandleAsync);
        scope.Map("GET", "location", "GetBucketLocation", Right.ReadBucket, BucketBasics.LocationAsync);
        scope.Map("GET", "versioning", "GetBucketVersioning", Right.ManageBucket, BucketVersioningOperations.GetAsync);
        scope.Map("PUT", "versioning", "PutBucketVersioning", Right.ManageBucket, BucketVersioningOperations.PutAsync);
        scope.Map("GET", "tagging", "GetBucketTagging", Right.ManageBucket, BucketTagging.GetAsync);
        scope.Map(
            "PUT",
            new S3Operation("PutBucketTagging", Right.ManageBucket) { SubResource = "tagging", Adds = true },
            BucketTagging.PutAsync);
        scope.Map("DELETE", "tagging", "DeleteBucketTagging", Right.ManageBucket, BucketTagging.DeleteAsync);
        scope.Map("GET", "acl", "GetBucketAcl", Right.ReadAcl, AccessControl.GetBucketAsync);
        scope.Map("PUT", "acl", "PutBucketAcl", Right.WriteAcl, AccessControl.PutBucketAsync);
        scope.Map("POST", "delete", "DeleteObjects", Right.DeleteObject, DeleteObjects.HandleAsync);
        foreach (var (subResource, operation, error, message) in NotConfigured.OfBuckets)
        {
            var handler = error is { } refusal ? NotConfigured.Refuse(refusal, message) : NotConfigured.Empty(message);
            scope.Map("GET", subResource, operation, Right.ManageBucket, handler);
            if (error is not null)
                scope.Map(
                    "DELETE",
                    subResource,
                    operation.Replace("Get", "Delete", StringComparison.Ordinal),
                    Right.ManageBucket,
                    NotConfigured.DeleteAsync);
        }
        scope.MapAbsent(["GET", "HEAD", "PUT", "POST", "DELETE"], Right.ManageBucket);
        MapOpen(scope);
    }

    static void MapObject(Scope scope)
    {
        scope.Map("GET", null, "GetObject", Right.ReadObject, GetObject.HandleAsync);
        scope.Map("HEAD", null, "HeadObject", Right.ReadObject, GetObject.HeadAsync);
        scope.Map("PUT", new S3Operation("PutObject", Right.WriteObject) { Adds = true }, PutObject.HandleAsync);
        scope.Map("PUT", new S3Operation("CopyObject", Right.WriteObject) { IsCopy = true, Adds = true }, CopyObject.HandleAsync);
        scope.Map("DELETE", null, "DeleteObject", Right.DeleteObject, DeleteObject.HandleAsync);
        scope.Map("GET", "attributes", "GetObjectAttributes", Right.ReadObject, GetObjectAttributes.HandleAsync);
        scope.Map("GET", "tagging", "GetObjectTagging", Right.ReadObject, ObjectTagging.GetAsync);
        scope.Map(
            "PUT", new S3Operation("PutObjectTagging", Right.WriteObject) { SubResource = "tagging", Adds = true }, ObjectTagging.PutAsync);
        scope.Map("DELETE", "tagging", "DeleteObjectTagging", Right.WriteObject, ObjectTagging.DeleteAsync);
        scope.Map("GET", "acl", "GetObjectAcl", Right.ReadAcl, AccessControl.GetObjectAsync);
        scope.Map("PUT", "acl", "PutObjectAcl", Right.WriteAcl, AccessControl.PutObjectAsync);
        scope.Map(
            "POST",
            new S3Operation("CreateMultipartUpload", Right.WriteObject) { SubResource = "uploads", Adds = true },
            CreateMultipartUpload.HandleAsync);
        scope.Map(
            "PUT",
            new S3Operation("UploadPart", Right.WriteObject) { SubResource = "uploadId", Adds = true },
            UploadPartOperation.HandleAsync);
        scope.Map(
            "PUT",
            new S3Operation("UploadPartCopy", Right.WriteObject) { SubResource = "uploadId", IsCopy = true, Adds = true },
            UploadPartCopy.HandleAsync);
        scope.Map(
            "POST",
            new S3Operation("CompleteMultipartUpload", Right.WriteObject) { SubResource = "uploadId", Adds = true },
            CompleteMultipartUpload.HandleAsync);
        scope.Map("DELETE", "uploadId", "AbortMultipartUpload", Right.WriteObject, AbortMultipartUpload.HandleAsync);
        scope.Map("GET", "uploadId", "ListParts", Right.WriteObject, ListParts.HandleAsync);
        foreach (var (subResource, operation) in (ReadOnlySpan<(string, string)>)
            [("retention", "GetObjectRetention"), ("legal-hold", "GetObjectLegalHold")])
        {
            var refuse = NotConfigured.Refuse(StoreError.InvalidRequest, "Bucket is missing Object Lock Configuration");
            scope.Map("GET", subResource, operation, Right.ReadObject, refuse);
        }
        scope.MapAbsent(["GET", "HEAD", "PUT", "POST", "DELETE"], Right.WriteObject);
        MapOpen(scope);
    }

    /// <summary>What asks for no credentials: preflights, and form uploads, which carry theirs in the form.</summary>
    static void MapOpen(Scope scope)
    {
        var preflight = new S3Operation("Preflight", Right.ReadBucket);
        scope.MapOpen("OPTIONS", preflight, Preflight.Handle);
        scope.MapOpen("OPTIONS", preflight with { IsAbsent = true }, Preflight.Handle);
        scope.MapOpen("POST", new S3Operation("PostObject", Right.WriteObject), _ => throw NotImplemented());
    }

    /// <summary>One synthetic path and what its endpoints have in common.</summary>
    sealed class Scope(IEndpointRouteBuilder routes, S3Gate gate, DialectMetadata dialect, string path)
    {
        public void Map(string method, string? subResource, string name, Right right, Func<S3Call, Task> handler) =>
            Map(method, new S3Operation(name, right) { SubResource = subResource }, handler);

        public void Map(string method, S3Operation operation, Func<S3Call, Task> handler)
        {
            Func<S3Call, Task> run = operation.Adds ? call => AddAsync(call, handler) : handler;
            MapOpen(method, operation, context => gate.InvokeAsync(context, operation, run));
        }

        /// <summary>Without the gate: nobody is authenticated, no bucket is looked up.</summary>
        public void MapOpen(string method, S3Operation operation, RequestDelegate handler) =>
            routes.MapMethods(path, [method], handler).WithMetadata(operation, new OperationMetadata(Door.S3, operation.Name), dialect);

        /// <summary>Known sub-resources that no endpoint of the method serves: 501, after the same checks as any other operation.</summary>
        public void MapAbsent(string[] methods, Right right)
        {
            foreach (var method in methods)
                Map(method, new S3Operation("NotImplemented", right) { IsAbsent = true }, _ => throw NotImplemented());
        }
    }

    static Task AddAsync(S3Call call, Func<S3Call, Task> handler)
    {
        var room = call.Store.Growth.RequireAsync(call.Aborted);
        return room.IsCompletedSuccessfully ? handler(call) : WaitAsync(room, call, handler);

        static async Task WaitAsync(ValueTask room, S3Call call, Func<S3Call, Task> handler)
        {
            await room;
            await handler(call);
        }
    }

    static StoreException NotImplemented() => new(
        StoreError.NotImplemented,
        "A header or query parameter you provided implies functionality that is not implemented.");
}
