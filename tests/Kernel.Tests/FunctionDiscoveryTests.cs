using System.Diagnostics;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Kernel.Tests;

/// <summary>What kallsyms and BTF say of the kernel's functions, against the kernel's own tracer.</summary>
public sealed class FunctionDiscoveryTests
{
    private const string Tracefs = "/sys/kernel/tracing";

    [Fact]
    public void Without_the_tracers_list_hardly_a_function_is_missed_and_few_are_wrong()
    {
        var real = ReadList();
        Assert.SkipWhen(real is null, "available_filter_functions cannot be read here");
        var listed = new LiveKernelCatalog().KernelFunctions.Where(IsUsable).Select(Key).ToHashSet();
        var start = Stopwatch.GetTimestamp();
        var found = Guess().KernelFunctions.Where(IsUsable).Select(Key).ToHashSet();
        var took = Stopwatch.GetElapsedTime(start);
        var right = found.Count(listed.Contains);
        var (precision, recall) = ((double)right / found.Count, (double)right / listed.Count);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{listed.Count} traceable, {found.Count} found in {took.TotalMilliseconds:f0} ms: precision {precision:p2}, recall {recall:p2}; "
            + $"missed {string.Join(' ', listed.Except(found).Take(20))}; wrong {string.Join(' ', found.Except(listed).Take(40))}");
        Assert.True(recall > 0.9999, $"recall {recall:p2}: missed {string.Join(' ', listed.Except(found).Take(50))}");
        Assert.True(precision > 0.87, $"precision {precision:p2}");
    }

    [Fact]
    public void Exact_names_do_not_pay_for_btf()
    {
        IKernelCatalog catalog = Guess();
        Assert.NotEmpty(catalog.KernelFunctionsNamed("vfs_read"));
        Time("an exact name", () => catalog.KernelFunctionsNamed("vfs_write").Count);
        Time("the first pattern", () => catalog.KernelFunctions.Count);
        Time("the next pattern", () => catalog.KernelFunctions.Count);
    }

    /// <summary>A host whose tracefs has no list.</summary>
    private static LiveKernelCatalog Guess() => new(new HostPaths { Tracefs = [] }, TimeProvider.System);

    private static void Time(string what, Func<int> read)
    {
        var start = Stopwatch.GetTimestamp();
        Assert.NotEqual(0, read());
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:f1} ms");
    }

    private static bool IsUsable(KernelFunction function) => function.WhyNot is null;

    private static (string, string?) Key(KernelFunction function) => (function.Name, function.Module);

    private static string[]? ReadList()
    {
        try
        {
            return File.ReadAllLines($"{Tracefs}/available_filter_functions");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
