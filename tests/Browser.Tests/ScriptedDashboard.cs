namespace BpfDashboard.Browser.Tests;

/// <summary>The same, with a server whose sessions collect made-up stacks: it needs neither a kernel nor root.</summary>
public sealed class ScriptedDashboard : Dashboard
{
    private protected override Task<ServerProcess> StartServerAsync() =>
        ServerProcess.StartScriptedAsync("--nodes", "400", "--grow-ticks", "3", "--hits-per-tick", "50", "--max-running-sessions", "100");
}
