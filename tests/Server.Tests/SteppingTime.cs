namespace BpfDashboard.Server.Tests;

/// <summary>A clock that moves on whenever it is looked at.</summary>
internal sealed class SteppingTime : TimeProvider
{
    private long now;

    public TimeSpan Step { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref now, Step.Ticks);
}
