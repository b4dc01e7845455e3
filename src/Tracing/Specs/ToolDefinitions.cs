using BpfDashboard.Tracing.Specs.Tools;

namespace BpfDashboard.Tracing.Specs;

/// <summary>The tools there are. A new one is a file in <c>Specs/Tools</c> and a line here.</summary>
public static class ToolDefinitions
{
    /// <summary>All tools.</summary>
    public static IReadOnlyList<ToolDefinition> All { get; } =
    [
        Funccount.Definition,
        Stackcount.Definition,
        Trace.Definition,
        Argdist.Definition,
    ];

    /// <summary>The tool of a command that names none: <c>-i 1 c:malloc</c>.</summary>
    public static ToolDefinition Default => Funccount.Definition;

    /// <summary>The tool of this name, or null.</summary>
    public static ToolDefinition? Find(string name) => All.FirstOrDefault(tool => tool.Name == name);
}
