using BpfDashboard.Client.Interop;

namespace BpfDashboard.Client.Components;

/// <summary>The live table of a session that counts.</summary>
public sealed partial class CountTable
{
    private protected override PaneScript NewScript() => new CountTableScript(Js);
}
