using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding;

/// <summary>Gives the options of a tool their meaning, and checks them against this host.</summary>
internal static class OptionBinder
{
    /// <summary>The options; a process or CPU that does not exist is left out after its diagnostic.</summary>
    public static SessionOptions Bind(CommandSyntax syntax, IKernelCatalog kernel, List<Diagnostic> diagnostics) => new()
    {
        Pid = syntax.Find(OptionId.Pid) is { } pid ? Pid(pid, kernel, diagnostics) : null,
        Cpu = syntax.Find(OptionId.Cpu) is { } cpu ? Cpu(cpu, kernel, diagnostics) : null,
        Interval = syntax.Find(OptionId.Interval) is { } interval ? OptionValues.ToTime(interval) : null,
        Duration = syntax.Find(OptionId.Duration) is { } duration ? OptionValues.ToTime(duration) : null,
        Timestamps = syntax.Has(OptionId.Timestamp),
        ShowProgram = syntax.Has(OptionId.ShowProgram),
    };

    private static int? Pid(OptionSyntax option, IKernelCatalog kernel, List<Diagnostic> diagnostics)
    {
        var pid = OptionValues.ToNumber(option);
        if (kernel.ProcessExists(pid))
        {
            return pid;
        }

        diagnostics.Add(new Diagnostic(option.ValueSpan, $"there is no process {pid} on this host",
            "it may have ended, or the number may be that of a thread; 'pidof NAME' prints process numbers"));
        return null;
    }

    private static int? Cpu(OptionSyntax option, IKernelCatalog kernel, List<Diagnostic> diagnostics)
    {
        var cpu = OptionValues.ToNumber(option);
        if (cpu < kernel.PossibleCpus)
        {
            return cpu;
        }

        diagnostics.Add(new Diagnostic(option.ValueSpan, $"there is no CPU {cpu} on this host",
            kernel.PossibleCpus == 1 ? "its only CPU is 0" : $"its CPUs are 0 to {kernel.PossibleCpus - 1}"));
        return null;
    }
}
