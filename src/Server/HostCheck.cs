using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Server;

/// <summary>
/// <c>--check</c>: says at the terminal what can be traced here, and is done. It listens on no port and writes no file.
/// </summary>
internal static class HostCheck
{
    private const string Switch = "--check";

    /// <exception cref="CommandLineException">There is more on the command line, which would have no effect.</exception>
    public static bool IsAskedFor(string[] args) => args.Contains(Switch)
        && (args.Length == 1 ? true : throw new CommandLineException($"{Switch} goes alone: it starts no server."));

    /// <returns>The exit code: 0 if all kinds of targets can be probed, else 1.</returns>
    public static int Run(TextWriter output)
    {
        var report = new TracingEngine(new LiveKernelCatalog()).Inspect();
        output.Write(report);
        return report.IsComplete ? 0 : 1;
    }
}
