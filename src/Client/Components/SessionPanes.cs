using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Client.Components;

/// <summary>
/// Which component shows what a session collects: the first whose condition holds. Each takes the session as its
/// parameter <c>Session</c>; a new tool brings a component and a line.
/// </summary>
internal static class SessionPanes
{
    private static readonly (Func<SessionDetails, bool> Shows, Type Pane)[] Panes =
    [
        (session => session.Distributions is not null, typeof(DistributionView)),
        (session => session.Rows is not null, typeof(RowTable)),
        (session => session.Stacks is not null, typeof(StackView)),
        (_ => true, typeof(CountTable)),
    ];

    public static Type Of(SessionDetails session) => Panes.First(pane => pane.Shows(session)).Pane;
}
