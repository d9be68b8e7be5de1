namespace Holdfast.Server.Hosting.Observe;

static class ObserveRegistration
{
    public static IServiceCollection AddObservation(this IServiceCollection services) =>
        services.AddSingleton<RequestIdentity>().AddSingleton<RequestObserver>();
}
