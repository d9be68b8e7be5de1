using Holdfast.Server.Hosting.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Holdfast.Server.Hosting.Listeners;

static class ListenerRegistration
{
    /// <summary>Connections that wait to be accepted; the kernel lowers it to its own bound (net.core.somaxconn).</summary>
    const int Backlog = 4096;

    public static void AddListeners(this WebApplicationBuilder builder, HoldfastSettings settings)
    {
        builder.WebHost.UseKestrelCore();
        if (settings.Tls.Cert is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.Backlog = Backlog;
            // An idle connection holds no read buffer: 10,000 of them are cheap.
            sockets.WaitForDataBeforeAllocatingBuffer = true;
        });
        builder.Services
            .AddSingleton<BoundListeners>()
            .AddSingleton<PublicOrigin>()
            .AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelConfiguration>();
    }

    sealed class KestrelConfiguration(HoldfastSettings settings, BoundListeners bound, TimeProvider clock, ILogger<TlsCertificate> log)
        : IConfigureOptions<KestrelServerOptions>
    {
        public void Configure(KestrelServerOptions options)
        {
            KestrelSetup.Apply(options, settings);
            KestrelSetup.Listen(options, settings, bound, TlsCertificate.Load(settings.Tls, clock, log));
        }
    }
}
