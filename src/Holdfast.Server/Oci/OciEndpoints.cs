using Holdfast.Core.Access;
using Holdfast.Server.Hosting.Errors;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.Oci.Auth;
using Holdfast.Server.Oci.Blobs;
using Holdfast.Server.Oci.Discovery;
using Holdfast.Server.Oci.Manifests;
using Holdfast.Server.Oci.Uploads;

namespace Holdfast.Server.Oci;

/// <summary>
/// The route table of the OCI door (distribution-spec, "Endpoints"): every operation with its method and the right it needs.
/// </summary>
public static class OciEndpoints
{
    public static void MapOci(this IEndpointRouteBuilder routes)
    {
        var gate = routes.ServiceProvider.GetRequiredService<OciGate>();
        var dialect = new DialectMetadata(routes.ServiceProvider.GetRequiredService<OciDialect>());
        var tokens = routes.ServiceProvider.GetRequiredService<TokenEndpoint>();
        var probe = new OciOperation("Probe", Right.Pull, "pull");
        Map("GET", TargetRoutes.OciBase, probe, call => call.AnswerJsonAsync(json => Empty(json)));
        Map("HEAD", TargetRoutes.OciBase, probe, call => call.AnswerJsonAsync(json => Empty(json)));
        Map("GET", TargetRoutes.OciCatalog, new("ListRepositories", Right.ListRepositories, "*"), ListRepositories.HandleAsync);

        Map("GET", TargetRoutes.OciBlob, new("GetBlob", Right.Pull, "pull") { ReadsObjects = true }, BlobOperations.GetAsync);
        Map("HEAD", TargetRoutes.OciBlob, new("HeadBlob", Right.Pull, "pull") { ReadsObjects = true }, BlobOperations.HeadAsync);
        Map("DELETE", TargetRoutes.OciBlob, new("DeleteBlob", Right.DeleteContent, "delete"), BlobOperations.DeleteAsync);

        var start = new OciOperation("StartUpload", Right.Push, "push") { CreatesRepository = true, Adds = true };
        Map("POST", TargetRoutes.OciUploads, start, UploadOperations.StartAsync);
        Map("GET", TargetRoutes.OciUpload, new("GetUpload", Right.Push, "push"), UploadOperations.StatusAsync);
        Map("HEAD", TargetRoutes.OciUpload, new("GetUpload", Right.Push, "push"), UploadOperations.StatusAsync);
        Map("PATCH", TargetRoutes.OciUpload, new("AppendUpload", Right.Push, "push") { Adds = true }, UploadOperations.AppendAsync);
        Map("PUT", TargetRoutes.OciUpload, new("FinishUpload", Right.Push, "push") { Adds = true }, UploadOperations.FinishAsync);
        Map("DELETE", TargetRoutes.OciUpload, new("CancelUpload", Right.Push, "push"), UploadOperations.CancelAsync);

        var put = new OciOperation("PutManifest", Right.Push, "push") { CreatesRepository = true, Adds = true };
        var get = new OciOperation("GetManifest", Right.Pull, "pull") { ReadsObjects = true };
        Map("GET", TargetRoutes.OciManifest, get, ManifestOperations.GetAsync);
        Map("HEAD", TargetRoutes.OciManifest, get with { Name = "HeadManifest" }, ManifestOperations.HeadAsync);
        Map("PUT", TargetRoutes.OciManifest, put, PutManifest.HandleAsync);
        Map("DELETE", TargetRoutes.OciManifest, new("DeleteManifest", Right.DeleteContent, "delete"), ManifestOperations.DeleteAsync);

        Map("GET", TargetRoutes.OciTags, new("ListTags", Right.Pull, "pull"), ListTags.HandleAsync);
        var referrers = new OciOperation("ListReferrers", Right.Pull, "pull") { NeedsNoRepository = true };
        Map("GET", TargetRoutes.OciReferrers, referrers, ListReferrers.HandleAsync);

        Plain("GET", "GetToken", tokens.GetAsync);
        Plain("POST", "PostToken", tokens.PostAsync);

        void Map(string method, string route, OciOperation operation, Func<OciCall, Task> handler) =>
            routes.MapMethods(route, [method], context => gate.InvokeAsync(context, operation, handler))
                .WithMetadata(new OperationMetadata(Door.Oci, operation.Name), dialect);

        void Plain(string method, string name, RequestDelegate handler) =>
            routes.MapMethods(TargetRoutes.OciToken, [method], handler).WithMetadata(new OperationMetadata(Door.Oci, name), dialect);
    }

    static void Empty(System.Text.Json.Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteEndObject();
    }
}
