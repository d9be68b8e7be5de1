namespace Holdfast.Server.Hosting.Errors;

static class ErrorRegistration
{
    public static IServiceCollection AddErrors(this IServiceCollection services) =>
        services.AddSingleton<ProblemDialect>().AddSingleton<DialectChoice>().AddSingleton<OutageLog>();
}
