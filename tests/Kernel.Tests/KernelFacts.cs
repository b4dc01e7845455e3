using System.Globalization;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Kernel.Tests;

/// <summary>What the kernel itself says of its functions, read without the code under test.</summary>
internal static class KernelFacts
{
    /// <summary>Names and addresses that no kprobe may enter: <c>0xffffffff81000010-0xffffffff81000020 TAB name</c>.</summary>
    internal static IReadOnlyList<KernelFunction> Blacklist() =>
        [.. File.ReadLines("/sys/kernel/debug/kprobes/blacklist").Select(line => line.Split('-', '\t')).Select(
            fields => new KernelFunction(fields[2], ulong.Parse(fields[0].AsSpan(2), NumberStyles.HexNumber, null)))];

    /// <summary>The functions the kernel's tracer can enter, those of modules as <c>name [module]</c>.</summary>
    internal static IReadOnlySet<string> Traceable() =>
        File.ReadLines("/sys/kernel/tracing/available_filter_functions").ToHashSet();

    /// <summary>A function that every way of attaching refuses: not for kprobes, and without an entry hook.</summary>
    internal static KernelFunction ForbiddenFunction()
    {
        var traceable = Traceable();
        return Blacklist().First(function => function.Address != 0 && !traceable.Contains(function.Name)
            && !function.Name.StartsWith('_'));
    }
}
