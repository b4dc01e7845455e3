using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Sessions;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Many kernel functions in one session, and those among them that refuse.</summary>
public sealed class KernelManyTests
{
    // One link for each function takes a twentieth of a second, and as long again to close, where it is emulated.
    private const int Timeout = 300_000;

    public KernelManyTests() => Abilities.Require("kernel functions");

    [Fact(Timeout = Timeout)]
    public async Task More_than_a_thousand_functions_attach_or_say_why_not()
    {
        Abilities.Require(AttachMechanism.KprobeMulti);
        using var workload = Workload.Start();
        var compiled = Counting.Compile($"-p {workload.Pid} '*lock*'");
        var targets = compiled.Bound?.Targets ?? [];
        Assert.InRange(targets.Count, 1001, 5000);
        using (var counting = Counting.Start(compiled))
        {
            await workload.RunAsync("write 1000");
            counting.Tick();
            AssertNoneIsLost(targets, counting.Session);
            Assert.InRange(counting.Session.Report.Skipped.Count, 0, targets.Count / 20);
        }

        Assert.Equal(0, KernelObjects.BpfDescriptors());
    }

    /// <summary>Fewer of those that take a link each.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.KprobeMulti, "ip_*")]
    [InlineData(AttachMechanism.KprobePerf, "vfs_*")]
    [InlineData(AttachMechanism.Fentry, "vfs_*")]
    public void Each_function_attaches_or_says_why_not(AttachMechanism way, string pattern)
    {
        Abilities.Require(way);
        var compiled = Counting.Compile($"-p {Environment.ProcessId} '{pattern}'");
        using var counting = Counting.Start(compiled, way);
        AssertNoneIsLost(compiled.Bound?.Targets ?? [], counting.Session);
        Assert.InRange(counting.Session.Report.Mechanisms.Count, 50, 1000);
    }

    /// <summary>In the place of one of two functions stands one that the kernel will not have probed.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.KprobeMulti)]
    [InlineData(AttachMechanism.KprobePerf)]
    [InlineData(AttachMechanism.Fentry)]
    public async Task One_function_that_cannot_be_probed_never_stops_the_rest(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.Start();
        var compiled = Counting.Compile($"-r -p {workload.Pid} '^__x64_sys_(getpgid|prctl)$'");
        using var counting = Counting.Start(WithForbidden(compiled, "__x64_sys_prctl"), way);
        await workload.RunAsync("getpgid 100", "rename 20");
        Assert.Equal(new Dictionary<string, long> { ["__x64_sys_getpgid"] = 100 }, counting.Totals());
        var skipped = Assert.Single(counting.Session.Report.Skipped);
        Assert.Equal("__x64_sys_prctl", skipped.Name);
        Assert.NotEmpty(skipped.Reason);
    }

    private static CompileResult WithForbidden(CompileResult compiled, string victim)
    {
        var forbidden = KernelFacts.ForbiddenFunction();
        var image = compiled.Image ?? throw new InvalidOperationException("nothing was compiled");
        return compiled with { Image = image with { Groups = [.. image.Groups.Select(Replace)] } };

        ProbeGroup Replace(ProbeGroup group) => group with
        {
            Probes = [.. group.Probes.Select(probe => probe is KernelFunctionProbe { Name: var name } && name == victim
                ? new KernelFunctionProbe(probe.Slot, forbidden.Name, forbidden.Address, null)
                : probe)],
        };
    }

    private static void AssertNoneIsLost(IReadOnlyList<Target> targets, TracingSession session)
    {
        var skipped = session.Report.Skipped.ToDictionary(target => target.Name, target => target.Reason);
        Assert.All(skipped.Values, Assert.NotEmpty);
        Assert.All(targets, target => Assert.True(
            session.Report.Mechanisms.ContainsKey(target.Slot) != skipped.ContainsKey(target.Name), target.Name));
    }
}
