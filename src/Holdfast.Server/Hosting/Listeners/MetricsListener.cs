using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Holdfast.Server.Hosting.Listeners;

/// <summary>
/// Marks the connections of the listener that <c>metrics.listen</c> opens, so that it serves nothing but metrics and health.
/// </summary>
sealed class MetricsListener
{
    static readonly MetricsListener Mark = new();

    public static void Use(ListenOptions listener) => listener.Use(next => connection =>
    {
        connection.Features.Set(Mark);
        return next(connection);
    });

    /// <summary>The request came in on that listener.</summary>
    public static bool Serves(HttpContext context) => context.Features.Get<MetricsListener>() is not null;
}
