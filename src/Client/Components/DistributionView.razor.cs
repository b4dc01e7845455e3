using BpfDashboard.Client.Interop;

namespace BpfDashboard.Client.Components;

/// <summary>The distributions of a session.</summary>
public sealed partial class DistributionView
{
    private protected override PaneScript NewScript() => new DistributionScript(Js);
}
