namespace Holdfast.Server.Hosting.Logging;

/// <summary>Sends what is logged through the framework's interface to the <see cref="LineWriter"/>.</summary>
sealed class LineLoggerProvider(LineWriter lines, TimeProvider clock) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, lines, clock);

    public void Dispose()
    {
        // The writer belongs to the container.
    }

    sealed class LineLogger(string category, LineWriter lines, TimeProvider clock) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Write(
                new LogEntry(clock.GetUtcNow(), logLevel, category, eventId.Id, formatter(state, exception), exception?.ToString()));
    }
}
