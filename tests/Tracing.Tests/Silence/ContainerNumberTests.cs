using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Silence;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Tests.Silence;

/// <summary>Process numbers that were read in a container.</summary>
public sealed class ContainerNumberTests
{
    [Fact]
    public void A_number_that_only_a_container_knows_is_refused_with_the_one_it_has_here()
    {
        var diagnostics = new List<Diagnostic>();
        var syntax = Parser.Parse("funccount -p 7 c:read", diagnostics)!; // it parses
        Assert.Null(Binder.Bind(syntax, new FakeKernelCatalog(), diagnostics));
        var mistake = Assert.Single(diagnostics);
        Assert.Equal("there is no process 7 on this host", mistake.Message);
        Assert.Equal("7 is what a process of a container knows itself as; here that is 4902 (nginx)", mistake.Hint);
    }

    [Fact]
    public void Processes_are_found_by_the_number_of_their_innermost_namespace()
    {
        using var proc = new TemporaryFolder();
        Write(proc, 7, "7", "self");
        Write(proc, 40, "40\t7", "nginx");
        Write(proc, 41, "41\t7\t3", "deeper");
        Write(proc, 42, "42\t2\t7", "deepest");
        proc.Write("43/comm", "no status");
        Assert.Equal([(40, "nginx"), (42, "deepest")], new HostProcesses(proc.Path).KnownInsideAs(7).Select(found => (found.Pid, found.Name)));
    }

    private static void Write(TemporaryFolder proc, int pid, string numbers, string name) =>
        proc.Write($"{pid}/status", $"Name:\t{name}\nState:\tS (sleeping)\nTgid:\t{pid}\nPPid:\t1\nNSpid:\t{numbers}\n");
}
