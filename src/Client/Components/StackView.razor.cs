using BpfDashboard.Client.Interop;

namespace BpfDashboard.Client.Components;

/// <summary>The live flame graph of a session with stacks.</summary>
public sealed partial class StackView
{
    private protected override PaneScript NewScript() => new StackViewScript(Js);
}
