using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Specs.Tools;

namespace BpfDashboard.Tracing.Binding;

/// <summary>Gives the options of a tool their meaning, and checks them against this host.</summary>
internal static class OptionBinder
{
    /// <summary>The options; a process or CPU that does not exist is left out after its diagnostic.</summary>
    public static SessionOptions Bind(CommandSyntax syntax, IKernelCatalog kernel, List<Diagnostic> diagnostics) => new()
    {
        Pid = syntax.Find(OptionId.Pid) is { } pid ? Pid(pid, kernel, diagnostics) : null,
        Cpu = syntax.Find(OptionId.Cpu) is { } cpu ? Cpu(cpu, kernel, diagnostics) : null,
        Interval = Interval(syntax),
        Duration = Duration(syntax),
        Timestamps = syntax.Has(OptionId.Timestamp),
        PerfBuffers = !kernel.HasRingBuffers,
        ShowProgram = syntax.Has(OptionId.ShowProgram),
        Stacks = syntax.Tool == Stackcount.Definition ? Stacks(syntax, diagnostics) : null,
        Distributions = syntax.Tool == Argdist.Definition ? Distributions(syntax) : null,
        Rows = syntax.Tool == Trace.Definition ? RowOptionBinder.Bind(syntax) : null,
        Tasks = syntax.Tool == Trace.Definition ? TaskFilterBinder.Bind(syntax, kernel, diagnostics)
            : new TaskFilter { Tid = syntax.Find(OptionId.Thread) is { } thread ? OptionValues.ToNumber(thread) : null },
    };

    /// <summary>argdist prints every second unless told otherwise.</summary>
    private static TimeSpan? Interval(CommandSyntax syntax) =>
        syntax.Find(OptionId.Interval) is { } interval ? OptionValues.ToTime(interval)
        : syntax.Tool == Argdist.Definition ? TimeSpan.FromSeconds(1)
        : null;

    /// <summary>So long, or so many intervals (<c>-n</c>), whatever is over first.</summary>
    private static TimeSpan? Duration(CommandSyntax syntax)
    {
        TimeSpan? duration = syntax.Find(OptionId.Duration) is { } given ? OptionValues.ToTime(given) : null;
        TimeSpan? outputs = syntax.Find(OptionId.Outputs) is { } number
            ? TimeSpan.FromSeconds(Math.Min(
                (Interval(syntax) ?? TimeSpan.FromSeconds(1)).TotalSeconds * OptionValues.ToNumber(number), OptionValues.Longest.TotalSeconds))
            : null;
        return duration is null || outputs < duration ? outputs ?? duration : duration;
    }

    private static DistributionOptions Distributions(CommandSyntax syntax) => new()
    {
        StringSize = syntax.Find(OptionId.StringSize) is { } size ? OptionValues.ToNumber(size) : DistributionOptions.UsualStringSize,
        Cumulative = syntax.Has(OptionId.Cumulative),
        Top = syntax.Find(OptionId.Top) is { } top ? OptionValues.ToNumber(top) : null,
    };

    private static StackOptions Stacks(CommandSyntax syntax, List<Diagnostic> diagnostics)
    {
        if (syntax.Find(OptionId.KernelStacksOnly) is { } kernel && syntax.Find(OptionId.UserStacksOnly) is { } user)
        {
            var second = kernel.Span.Start > user.Span.Start ? kernel : user;
            diagnostics.Add(new Diagnostic(second.Span, "-K and -U leave nothing to count",
                "without either, both kernel and user stacks are counted"));
        }

        return new StackOptions
        {
            Kernel = !syntax.Has(OptionId.UserStacksOnly),
            User = !syntax.Has(OptionId.KernelStacksOnly),
            Unwind = !syntax.Has(OptionId.NoUnwind),
            PerProcess = syntax.Has(OptionId.PerProcess) || syntax.Has(OptionId.Pid),
            ByThread = OptionValues.Splits(syntax.Find(OptionId.By), "thread"),
            ByCpu = OptionValues.Splits(syntax.Find(OptionId.By), "cpu"),
            Offsets = syntax.Has(OptionId.Offsets),
            Addresses = syntax.Has(OptionId.Addresses),
            Delimited = syntax.Has(OptionId.Delimited),
            Folded = syntax.Has(OptionId.Folded),
        };
    }

    private static int? Pid(OptionSyntax option, IKernelCatalog kernel, List<Diagnostic> diagnostics)
    {
        var pid = OptionValues.ToNumber(option);
        if (kernel.ProcessExists(pid))
        {
            return pid;
        }

        diagnostics.Add(new Diagnostic(option.ValueSpan, $"there is no process {pid} on this host",
            InContainers(pid, kernel) ?? "it may have ended, or the number may be that of a thread; 'pidof NAME' prints process numbers"));
        return null;
    }

    // A number that was read in a container means nothing outside.
    private static string? InContainers(int pid, IKernelCatalog kernel) =>
        kernel.ProcessesKnownInsideAs(pid).Take(3).Select(process => $"{process.Pid} ({process.Name})").ToList() is { Count: > 0 } known
            ? $"{pid} is what a process of a container knows itself as; here that is {string.Join(", or ", known)}"
            : null;

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
