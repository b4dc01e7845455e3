using System.Text.RegularExpressions;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Kernel.Tests;

/// <summary>What is said of functions that cannot be probed, against what the kernel says of them.</summary>
public sealed partial class KernelRefusalTests
{
    private static readonly LiveKernelCatalog Catalog = new();
    private static readonly TracingEngine Engine = new(Catalog);

    public KernelRefusalTests() => Abilities.Require("kernel functions");

    [Fact]
    public void Every_function_of_the_kernels_blacklist_is_refused()
    {
        var forbidden = KernelFacts.Blacklist().Select(function => function.Name).ToHashSet();
        var known = Catalog.KernelFunctions.Where(function => forbidden.Contains(function.Name)).ToList();
        Assert.InRange(known.Count, 100, 10_000);
        Assert.DoesNotContain(known, function => function.WhyNot is null);
    }

    [Fact]
    public void What_the_kernels_tracer_cannot_enter_is_refused_and_the_rest_is_not()
    {
        var traceable = KernelFacts.Traceable();
        var usable = Catalog.KernelFunctions.Where(function => function.WhyNot is null).ToList();
        Assert.DoesNotContain(usable, function => !traceable.Contains(LineOf(function)));

        // What is refused all the same is on the blacklist, the body of a tracepoint, or in a section of its own.
        var refused = Catalog.KernelFunctions
            .Where(function => function.WhyNot is not null && traceable.Contains(LineOf(function))).ToList();
        Assert.InRange(refused.Count, 0, usable.Count / 10);
        Assert.InRange(usable.Count, 30_000, 80_000);
    }

    [Fact]
    public void Parts_of_functions_are_refused()
    {
        var parts = Catalog.KernelFunctions.Where(function => ColdPart().IsMatch(function.Name)).ToList();
        Assert.SkipWhen(parts.Count == 0, "a kernel that names the unlikely parts of its functions");
        Assert.All(parts, part => Assert.Equal("it is the unlikely part of another function, not an entry", part.WhyNot));
    }

    [Theory]
    [InlineData("start_kernel", "it runs only while the kernel boots")]
    [InlineData("ftrace_regs_caller", "")]
    [InlineData("asm_exc_page_fault", "it is entry code, which the kernel protects from probes")]
    [InlineData("get_kprobe", "")]
    public void A_function_is_refused_with_its_reason(string name, string reason)
    {
        var mistake = Assert.Single(Engine.Compile(name).Diagnostics);
        Assert.StartsWith($"kernel function '{name}' cannot be probed: {reason}", mistake.Message, StringComparison.Ordinal);
    }

    /// <summary>Static functions of different files may share a name; each is a function of its own.</summary>
    [Theory]
    [InlineData(AttachMechanism.KprobeMulti)]
    [InlineData(AttachMechanism.KprobePerf)]
    [InlineData(AttachMechanism.Fentry)]
    public void Functions_of_one_name_have_a_row_for_each_address(AttachMechanism way)
    {
        Abilities.Require(way);
        var traceable = File.ReadLines("/sys/kernel/tracing/available_filter_functions")
            .CountBy(line => line).Where(line => line.Value > 1).ToDictionary();

        // Of some names the tracer can enter one function only; those show up when attaching.
        var same = Catalog.KernelFunctions.Where(function => function is { WhyNot: null, Module: null })
            .GroupBy(function => function.Name)
            .First(group => group.DistinctBy(function => function.Address).Count() == traceable.GetValueOrDefault(group.Key));
        var compiled = Counting.Compile($"-p {Environment.ProcessId} {same.Key}");
        var rows = same.Select(function => $"{same.Key} (0x{function.Address:x})").Distinct().Order().ToList();
        Assert.Equal(rows, compiled.Bound?.Targets.Select(target => target.Name).Order());
        if (way == AttachMechanism.Fentry)
        {
            // It goes by name, so it cannot tell them apart.
            Assert.Throws<BpfException>(() => Counting.Start(compiled, way));
            return;
        }

        using var counting = Counting.Start(compiled, way);
        Assert.Equal(rows.Count, counting.Session.Report.Mechanisms.Count);
    }

    private static string LineOf(KernelFunction function) =>
        function.Module is null ? function.Name : $"{function.Name} [{function.Module}]";

    [GeneratedRegex(@"\.cold(\.\d+)?$")]
    private static partial Regex ColdPart();
}
