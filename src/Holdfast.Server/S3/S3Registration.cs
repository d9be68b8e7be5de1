using Holdfast.Core.Access;
using Holdfast.Protocol.S3.SigV4;
using Holdfast.Server.Hosting.Errors;
using Holdfast.Server.Hosting.Settings;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.S3.Auth;

namespace Holdfast.Server.S3;

/// <summary>The S3 door's singletons.</summary>
public static class S3Registration
{
    public static IServiceCollection AddS3(this IServiceCollection services, HoldfastSettings settings) => services
        .AddSingleton(new S3Options(settings.S3.Region, settings.S3.MaxPutBytes))
        .AddSingleton(new AccessPolicy(settings.S3.Anonymous))
        .AddSingleton(new SigV4Verifier(settings.S3.Region))
        .AddSingleton<S3Authentication>()
        .AddSingleton<S3Store>()
        .AddSingleton<S3Gate>()
        .AddSingleton<S3Dialect>()
        .AddSingleton(provider => new DoorDialect(Door.S3, provider.GetRequiredService<S3Dialect>()))
        .AddSingleton<Microsoft.AspNetCore.Routing.MatcherPolicy, S3MatcherPolicy>();
}
