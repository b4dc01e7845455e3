namespace BpfDashboard.Server;

/// <summary>
/// What can be set: in appsettings.json under <c>Dashboard</c>, by <c>BPFDASHBOARD_IdleTimeout</c> and so on in the
/// environment, or on the command line as <c>--idle-timeout</c>; the last of these wins. Times are <c>hh:mm:ss</c>.
/// </summary>
public sealed class DashboardOptions
{
    /// <summary>How often a running session is read.</summary>
    public TimeSpan TickInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A session that nobody watched for this long is stopped; zero for never.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Sessions that may be attached at the same time.</summary>
    public int MaxRunningSessions { get; set; } = 8;

    /// <summary>Places one session may attach to.</summary>
    public int MaxProbesPerSession { get; set; } = 20_000;

    /// <summary>Finished sessions that are kept; the oldest go first.</summary>
    public int KeepFinishedSessions { get; set; } = 50;

    /// <summary>Memory the recordings of finished sessions may take in all, in megabytes.</summary>
    public int KeepFinishedMegabytes { get; set; } = 1024;

    /// <summary>Memory the recording of one session may take, in megabytes; it ends there and says so.</summary>
    public int RecordingLimitMegabytes { get; set; } = 256;

    /// <summary>Events of one session that are kept to be seen one by one; older ones are let go of, and counted.</summary>
    public long KeepRows { get; set; } = 1_000_000;

    /// <summary>Memory these events may take, in megabytes; older ones are let go of in the same way.</summary>
    public int KeepRowsMegabytes { get; set; } = 128;

    /// <summary>Where the API key and the keys of login cookies are kept; null for the usual place.</summary>
    public string? StateDirectory { get; set; }

    /// <summary>Host names the server answers to, apart by semicolons; others may be DNS rebinding.</summary>
    public string AllowedHosts { get; set; } = "localhost;127.0.0.1;[::1]";

    /// <summary>Write logs as one JSON object per line.</summary>
    public bool JsonLogs { get; set; }
}
