using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Kernel.Tests;

/// <summary>What the kernel under the tests can do; a test that needs more is skipped with the missing thing's name.</summary>
internal static class Abilities
{
    internal static readonly HostReport Host = new TracingEngine(new LiveKernelCatalog()).Inspect();

    internal static HostAbility Of(string name) => Host.Abilities.Single(ability => ability.Name == name);

    internal static void Require(string name)
    {
        var problem = Of(name).Problem;
        Assert.SkipWhen(problem is not null, $"this kernel has no {name}: {problem}");
    }

    /// <summary>For what cannot be tried beforehand: older kernels skip, on newer ones it has to work.</summary>
    internal static void RequireKernel(int major, int minor, string forWhat)
    {
        var parts = Host.Kernel.Split('.', '-');
        var kernel = new Version(int.Parse(parts[0], null), int.Parse(parts[1], null));
        Assert.SkipWhen(kernel < new Version(major, minor), $"this kernel has no {forWhat} (Linux {major}.{minor})");
    }

    internal static void Require(AttachMechanism way)
    {
        // Typed raw tracepoints are not listed by themselves: every kernel with BTF has them (5.5).
        if (way != AttachMechanism.TracingTracepoint)
        {
            Require(way.Describe());
        }
    }
}
