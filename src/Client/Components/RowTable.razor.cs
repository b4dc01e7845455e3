using BpfDashboard.Client.Interop;

namespace BpfDashboard.Client.Components;

/// <summary>The table of a session's events.</summary>
public sealed partial class RowTable
{
    private protected override PaneScript NewScript() => new RowTableScript(Js);
}
