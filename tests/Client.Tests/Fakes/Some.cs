using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Client.Tests.Fakes;

/// <summary>Sessions to show, of which a test only says what it is about.</summary>
internal static class Some
{
    public static SessionDetails Session(
        string id = "abc",
        SessionState state = SessionState.Running,
        string command = "funccount c:str*",
        string? endReason = null,
        double elapsedMs = 4000,
        IReadOnlyList<TargetInfo>? targets = null) => new(
            new SessionSummary(
                id, command, "funccount", state, DateTimeOffset.UnixEpoch, elapsedMs, endReason, 62, 0, 2, 1234567),
            targets ?? [Target(0, "strlen")],
            Skipped: [],
            Notes: [],
            IntervalMs: null,
            DurationMs: null,
            AttachMs: 19.4,
            DetachMs: null,
            AttachDone: 62,
            AttachTotal: 62,
            Timestamps: false,
            ShowListing: false,
            Pattern: "c:str*",
            Listing: "");

    public static TargetInfo Target(int slot, string name, string? mechanism = "uprobe.multi") =>
        new(slot, name, "user function", "/lib/libc.so.6", mechanism, []);
}
