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

    internal static void Require(AttachMechanism way)
    {
        // Typed raw tracepoints are not listed by themselves: every kernel with BTF has them (5.5).
        if (way != AttachMechanism.TracingTracepoint)
        {
            Require(way.Describe());
        }
    }
}
