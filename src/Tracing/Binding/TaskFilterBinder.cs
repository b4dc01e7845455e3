using System.Text;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding;

/// <summary>Which tasks the options of trace choose.</summary>
internal static class TaskFilterBinder
{
    /// <summary>A thread's name has 15 bytes and the 0 at its end (TASK_COMM_LEN).</summary>
    private const int MaxName = 15;

    public static TaskFilter Bind(CommandSyntax syntax, IKernelCatalog kernel, List<Diagnostic> diagnostics) => new()
    {
        Tid = syntax.Find(OptionId.Thread) is { } thread ? OptionValues.ToNumber(thread) : null,
        Uid = syntax.Find(OptionId.User) is { } user ? (uint)OptionValues.ToNumber(user) : null,
        NotPid = syntax.Has(OptionId.IncludeSelf) || syntax.Has(OptionId.Pid) ? null : kernel.OwnProcess,
        Cgroup = syntax.Find(OptionId.Cgroup) is { } cgroup ? Cgroup(cgroup, kernel, diagnostics) : null,
        Name = syntax.Find(OptionId.ThreadName) is { } name ? Name(name, diagnostics) : null,
    };

    private static CgroupPlace? Cgroup(OptionSyntax option, IKernelCatalog kernel, List<Diagnostic> diagnostics)
    {
        var (place, problem) = kernel.FindCgroup(option.Value ?? "");
        if (place is null)
        {
            diagnostics.Add(new Diagnostic(
                option.ValueSpan, problem ?? "there is no such cgroup", "for example /sys/fs/cgroup/system.slice"));
        }

        return place;
    }

    private static string? Name(OptionSyntax option, List<Diagnostic> diagnostics)
    {
        if (Encoding.UTF8.GetByteCount(option.Value ?? "") <= MaxName)
        {
            return option.Value;
        }

        diagnostics.Add(new Diagnostic(
            option.ValueSpan, $"a thread's name has at most {MaxName} bytes", "leave out some of its end: a part is enough"));
        return null;
    }
}
