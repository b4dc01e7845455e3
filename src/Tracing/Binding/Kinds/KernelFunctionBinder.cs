using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding.Kinds;

/// <summary><c>vfs_*</c>: one row per distinct address of the kernel's text.</summary>
internal static class KernelFunctionBinder
{
    public static void Bind(KernelFunctionSyntax syntax, SpecInProgress spec)
    {
        if (spec.Kernel.KernelFunctionsProblem is { } problem)
        {
            spec.Error(syntax.Span, "the kernel's functions are not known", problem);
            return;
        }

        var matches = Matches(syntax, spec);
        var usable = matches.Where(function => function.WhyNot is null).ToList();
        if (matches.Count == 0)
        {
            spec.Error(syntax.Pattern.Span, PatternHints.Missing("kernel function", syntax.Pattern), Hint(syntax, spec));
        }
        else if (usable.Count == 0)
        {
            RefuseAll(syntax, matches, spec);
        }
        else if (spec.Allows(usable.Count, syntax.Pattern))
        {
            AddRows(syntax.Pattern, usable, spec);
            AddSkipped(matches, spec);
            NoteMoved(syntax.Pattern, spec);
        }
    }

    /// <summary>BCC's own examples name it, and wait for ever: since Linux 5.6 it only stands within its callers.</summary>
    private static void NoteMoved(PatternSyntax pattern, SpecInProgress spec)
    {
        const string old = "do_sys_open", today = "do_sys_openat2";
        if (pattern.Text == old && Named(today, spec).Count > 0)
        {
            spec.Note($"{old} may be hit by nobody: this kernel opens files by {today}");
        }
    }

    private static List<KernelFunction> Matches(KernelFunctionSyntax syntax, SpecInProgress spec)
    {
        if (syntax.Pattern.IsExact)
        {
            return Named(syntax.Pattern.Text, spec) is { Count: > 0 } named ? named : SystemCall(syntax.Pattern.Text, spec);
        }

        var matcher = PatternMatcher.For(syntax);
        return [.. spec.Kernel.KernelFunctions.Where(function => matcher.Matches(function.Name))];
    }

    private static List<KernelFunction> Named(string name, SpecInProgress spec) =>
        [.. spec.Kernel.KernelFunctionsNamed(name)];

    /// <summary>The entry of a system call, by any of the names it had: <c>sys_read</c>, <c>SyS_read</c>.</summary>
    private static List<KernelFunction> SystemCall(string name, SpecInProgress spec)
    {
        foreach (var symbol in X64Syscalls.EntrySymbols(name))
        {
            var found = Named(symbol, spec);
            if (found.Count > 0)
            {
                spec.Note($"{name} is named {symbol} in this kernel");
                return found;
            }
        }

        return [];
    }

    private static string? Hint(KernelFunctionSyntax syntax, SpecInProgress spec)
    {
        var usable = spec.Kernel.KernelFunctions.Where(function => function.WhyNot is null);
        return AsTracepoint(syntax.Pattern, spec)
            ?? InLibc(syntax.Pattern, spec)
            ?? PatternHints.For(syntax, usable.Select(function => function.Name));
    }

    private static string? AsTracepoint(PatternSyntax pattern, SpecInProgress spec) =>
        pattern.IsExact && spec.Kernel.Tracepoints.FirstOrDefault(t => t.Event == pattern.Text) is { WhyNot: null } found
            ? $"for the tracepoint write t:{found.Name}"
            : null;

    // funccount malloc: as in BCC, a name alone is a function of the kernel.
    private static string? InLibc(PatternSyntax pattern, SpecInProgress spec) =>
        pattern.IsExact && BinaryBinder.TryRead("c", spec) is var (_, libc)
        && libc.Functions.Any(function => function.Name == pattern.Text && function.Version is not null)
            ? $"for the function of libc write c:{pattern.Text}"
            : null;

    private static void RefuseAll(KernelFunctionSyntax syntax, List<KernelFunction> matches, SpecInProgress spec)
    {
        var (first, pattern) = (matches[0], syntax.Pattern);
        if (pattern.IsExact)
        {
            spec.Error(pattern.Span, $"kernel function '{first.Name}' cannot be probed: {first.WhyNot}");
            return;
        }

        spec.Error(pattern.Span, $"no kernel function that '{pattern.Text}' matches can be probed",
            $"for example {first.Name}: {first.WhyNot}");
    }

    private static void AddRows(PatternSyntax pattern, List<KernelFunction> usable, SpecInProgress spec)
    {
        var functions = usable
            .GroupBy(function => (function.Address, Name: function.Address == 0 ? function.Name : ""))
            .Select(place => NaturalName.Order(place, pattern, function => function.Name, _ => true).ToList())
            .ToList();
        var sameName = functions.GroupBy(names => names[0].Name)
            .ToDictionary(group => group.Key, group => group.ToList());
        foreach (var names in functions)
        {
            var function = names[0];
            var rivals = sameName[function.Name].Where(other => other != names).Select(other => other[0]).ToList();
            var slot = spec.AddRow(RowName(function, rivals), TargetKind.KernelFunction, function.Module,
                names.Select(other => other.Name).Distinct().Where(name => name != function.Name));
            spec.AddProbe(new KernelFunctionProbe(slot, function.Name, function.Address, function.Module));
        }

        if (sameName.Where(pair => pair.Value.Count > 1).Select(pair => pair.Key).ToList() is { Count: > 0 } shared)
        {
            spec.Note($"several functions of the kernel have the name {NameList.Print(shared)}; each has its own row");
        }
    }

    /// <summary>The bare name if no other row has it; else with what tells it from the others.</summary>
    private static string RowName(KernelFunction function, List<KernelFunction> rivals) => function.Module switch
    {
        _ when rivals.Count == 0 => function.Name,
        var module when rivals.Any(rival => rival.Module == module) => $"{function.Name} (0x{function.Address:x})",
        null => function.Name,
        var module => $"{function.Name} [{module}]",
    };

    private static void AddSkipped(List<KernelFunction> matches, SpecInProgress spec)
    {
        foreach (var function in matches.DistinctBy(function => (function.Name, function.WhyNot)))
        {
            if (function.WhyNot is { } reason)
            {
                spec.Skip(function.Name, reason);
            }
        }
    }
}
