using Holdfast.Core.Access.Tokens;
using Holdfast.Core.Repositories;
using Holdfast.Server.Hosting.Errors;
using Holdfast.Server.Hosting.Settings;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.Oci.Auth;

namespace Holdfast.Server.Oci;

/// <summary>The OCI door's singletons.</summary>
public static class OciRegistration
{
    public static IServiceCollection AddOci(this IServiceCollection services, HoldfastSettings settings) => services
        .AddSingleton(new OciOptions(
            settings.Oci.CreateOnPush,
            settings.Oci.SparseIndexes,
            settings.Oci.MaxManifestBytes,
            settings.Oci.MaxBlobBytes,
            settings.Oci.MinChunkBytes))
        .AddSingleton<UploadDigests>()
        .AddSingleton<SigningKeys>()
        .AddSingleton<BearerTokens>()
        .AddSingleton<OciAuthentication>()
        .AddSingleton<TokenEndpoint>()
        .AddSingleton<OciStore>()
        .AddSingleton<OciGate>()
        .AddSingleton<OciDialect>()
        .AddSingleton(provider => new DoorDialect(Door.Oci, provider.GetRequiredService<OciDialect>()));
}
