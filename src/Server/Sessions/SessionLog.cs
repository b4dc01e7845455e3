namespace BpfDashboard.Server.Sessions;

/// <summary>What the log says about sessions.</summary>
internal sealed partial class SessionLog(ILogger<SessionLog> logger)
{
    [LoggerMessage(1, LogLevel.Information, "Session {Id} starting: {Command} ({Targets} targets, {Probes} probes)")]
    public partial void SessionStarting(string id, string command, int targets, int probes);

    [LoggerMessage(2, LogLevel.Information, "Session {Id} attached in {AttachMs:0.0} ms, {Skipped} targets skipped")]
    public partial void SessionRunning(string id, double attachMs, int skipped);

    [LoggerMessage(3, LogLevel.Information,
        "Session {Id} ended after {ElapsedSeconds:0.0} s with {TotalCount} hits: {Reason}")]
    public partial void SessionEnded(string id, string reason, double elapsedSeconds, long totalCount);

    [LoggerMessage(8, LogLevel.Information, "Session {Id} detached in {DetachMs:0.0} ms")]
    public partial void SessionDetached(string id, double detachMs);

    [LoggerMessage(7, LogLevel.Information, "Session {Id} ended before it was attached: {Reason}")]
    public partial void SessionNeverRan(string id, string reason);

    [LoggerMessage(4, LogLevel.Error, "Session {Id} broke")]
    public partial void SessionBroke(string id, Exception exception);

    [LoggerMessage(5, LogLevel.Information, "Session {Id} forgotten: too many finished sessions")]
    public partial void SessionForgotten(string id);

    [LoggerMessage(9, LogLevel.Warning, "Why session {Id} counts nothing could not be found out")]
    public partial void SilenceUnexplained(string id, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "Somebody who was told of a change in session {Id} broke")]
    public partial void SubscriberBroke(string id, Exception exception);
}
