namespace Holdfast.TestKit.Catalog;

/// <summary>A clock that stands still until a test moves it. Thread safe.</summary>
public sealed class MovableClock : TimeProvider
{
    long _ticks = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero).UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
