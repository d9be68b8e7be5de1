using Holdfast.Server.Admin.Repositories;
using Holdfast.Server.Hosting.Errors;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Admin;

/// <summary>The route table of the admin API; api/admin.yaml describes it.</summary>
public static class AdminEndpoints
{
    public static IServiceCollection AddAdmin(this IServiceCollection services) => services
        .AddSingleton<AdminStore>()
        .AddSingleton<AdminGate>()
        .AddSingleton<ScrubRuns>();

    public static void MapAdmin(this IEndpointRouteBuilder routes)
    {
        var gate = routes.ServiceProvider.GetRequiredService<AdminGate>();
        var dialect = new DialectMetadata(new ProblemDialect());
        Map("GET", "/v1/buckets/{bucket}/objects/{**key}", "GetArtifact", ArtifactRecords.GetAsync);
        Map("PATCH", "/v1/buckets/{bucket}/objects/{**key}", "UpdateArtifact", ArtifactRecords.PatchAsync);
        Map("DELETE", "/v1/buckets/{bucket}", "DeleteBucket", BucketDeletion.HandleAsync);
        Map("GET", "/v1/repositories", "ListRepositories", RepositoryRecords.ListAsync);
        Map("GET", "/v1/repositories/{**name}", "GetRepository", RepositoryRecords.GetAsync);
        Map("PUT", "/v1/repositories/{**name}", "CreateRepository", RepositoryRecords.CreateAsync);
        Map("PATCH", "/v1/repositories/{**name}", "UpdateRepository", RepositoryRecords.PatchAsync);
        Map("DELETE", "/v1/repositories/{**name}", "DeleteRepository", RepositoryRecords.DeleteAsync);
        Map("POST", "/v1/retention/{**name}", "RunRetention", RetentionOperations.RunAsync);
        Map("GET", "/v1/removed-tags/{**name}", "ListRemovedTags", RetentionOperations.ListRemovedAsync);
        Map("POST", "/v1/removed-tags/{**name}", "RestoreTag", RetentionOperations.RestoreAsync);
        Map("GET", "/v1/scrub", "GetScrub", ScrubOperations.GetAsync);
        Map("POST", "/v1/scrub", "StartScrub", ScrubOperations.StartAsync);

        void Map(string method, string path, string name, Func<AdminCall, Task> handler) =>
            routes.MapMethods(TargetRoutes.Admin + path, [method], context => gate.InvokeAsync(context, handler))
                .WithMetadata(new OperationMetadata(Door.Admin, name), dialect);
    }
}
