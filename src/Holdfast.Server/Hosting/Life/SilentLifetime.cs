namespace Holdfast.Server.Hosting.Life;

/// <summary>
/// Takes the place of the framework's console lifetime: signals are handled by <see cref="Serve"/>, and not at all in process.
/// </summary>
sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
