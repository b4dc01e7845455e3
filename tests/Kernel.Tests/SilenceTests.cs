using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Silence;
using BpfDashboard.Tracing.Tests;

namespace BpfDashboard.Kernel.Tests;

/// <summary>
/// What takes the kernel, or root, to explain why a probe counts nothing; and that the command that is offered counts what
/// the silent one did not.
/// </summary>
public sealed class SilenceTests
{
    private const int Timeout = 120_000;

    private static readonly TracingEngine Engine = new(new LiveKernelCatalog());

    [Fact(Timeout = Timeout)]
    public async Task Of_a_program_that_enters_the_kernel_itself_the_tracepoint_is_offered_and_counts()
    {
        using var workload = Workload.Start(Workload.SilentFile);
        await workload.RunAsync("repeat raw");
        var found = Assert.Single(await LaterAsync($"funccount -p {workload.Pid} c:write"), found => found.Id == "system-call");
        Assert.Contains("from by_instruction of silent", found.Text, StringComparison.Ordinal);
        Assert.Equal($"funccount -p {workload.Pid} t:syscalls:sys_enter_write", found.Command);

        using var offered = Counting.Start(Offered(found));
        await workload.RunAsync("raw 100");
        Assert.InRange(offered.Count("syscalls:sys_enter_write"), 100, 10_000);
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_system_calls_by_their_number_it_is_said_that_they_come_by_syscall()
    {
        using var workload = Workload.Start(Workload.SilentFile);
        await workload.RunAsync("repeat syscall");
        var found = Assert.Single(
            await LaterAsync($"trace -p {workload.Pid} 'p:c:write(int fd) (fd == 3) \"%d\", fd'"), found => found.Id == "system-call");
        Assert.Contains("from syscall of libc.so.6", found.Text, StringComparison.Ordinal);
        Assert.Equal($"trace -p {workload.Pid} 't:syscalls:sys_enter_write (args->fd == 3) \"%d\", args->fd'", found.Command);

        using var offered = Traced.Start(Offered(found)["trace ".Length..]);
        await workload.RunAsync("syscall 5");
        Assert.InRange(offered.Finish().Count(line => line == "3"), 5, 10_000);
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_another_library_the_function_is_offered_and_counts()
    {
        using var workload = Workload.Start(Workload.SilentLinkedFile);
        await workload.RunAsync("repeat write");
        var all = await LaterAsync($"funccount -p {workload.Pid} c:write");
        Assert.Equal(["other-definition", "system-call", "relative"], all.Select(found => found.Id));
        using var offered = Counting.Start(Offered(all[0]));
        await workload.RunAsync("write 100");
        Assert.InRange(offered.Count("write"), 100, 10_000);
    }

    [Fact(Timeout = Timeout)]
    public async Task Where_calls_come_by_the_probe_it_is_the_condition_that_leaves_them_out()
    {
        using var workload = Workload.Start(Workload.SilentFile);
        await workload.RunAsync("repeat write");
        var found = (await LaterAsync($"trace -p {workload.Pid} 'c:write(int fd) (fd == 77) \"%d\", fd'"))[0];
        Assert.Equal(("condition", $"trace -p {workload.Pid} 'c:write(int fd) \"%d\", fd'"), (found.Id, found.Command));
        Assert.Contains("fd == 77 held of none", found.Text, StringComparison.Ordinal);

        var stacks = (await LaterAsync($"stackcount -p {workload.Pid} 'c:write(int fd) (fd == 77)'"))[0];
        Assert.Equal(("condition", $"stackcount -p {workload.Pid} 'c:write(int fd)'"), (stacks.Id, stacks.Command));
        var returns = (await LaterAsync($"stackcount -p {workload.Pid} 'r:c:write ($latency > 1000000000000)'"))[0];
        Assert.Equal(("condition", $"stackcount -p {workload.Pid} c:write"), (returns.Id, returns.Command));

        var filtered = (await LaterAsync($"trace -p {workload.Pid} -n nobody c:write"))[0];
        Assert.Equal(("condition", null), (filtered.Id, filtered.Command));
        Assert.Contains("but -n left them out", filtered.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_another_function_does_is_offered_with_how_often_it_was_seen()
    {
        using var workload = Workload.Start(Workload.SilentFile);
        await workload.RunAsync("repeat writev");
        var all = await LaterAsync($"funccount -p {workload.Pid} c:write");
        var relative = Assert.Single(all, found => found.Id == "relative");
        Assert.Contains("system calls writev", relative.Text, StringComparison.Ordinal);
        Assert.Equal($"funccount -p {workload.Pid} c:writev", relative.Command);
        Assert.Contains(all, found => found.Id == "no-calls");
    }

    /// <summary>After its loader was done, a file was mounted over the library that it uses.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Where_the_path_is_another_file_for_the_process_the_file_is_offered_that_it_maps()
    {
        using var folder = new TemporaryFolder();
        var (mapped, over) = (Copy(folder, "libsecond.so"), Copy(folder, "over.so"));
        using var workload = Workload.Start(Workload.SilentFile, mapped);
        await workload.RunAsync("write 1", $"hide {over} {mapped}");
        var found = Assert.Single(await AtStartAsync($"funccount -p {workload.Pid} {mapped}:write"));
        Assert.Equal("other-root", found.Id);
        Assert.Contains("another mount namespace", found.Text, StringComparison.Ordinal);
        using var offered = Counting.Start(Offered(found));
        await workload.RunAsync("write 7");
        Assert.Equal(7, offered.Count("write"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_a_process_those_are_named_that_see_another_file_by_the_path()
    {
        using var folder = new TemporaryFolder();
        var (path, inside) = (Copy(folder, "libsecond.so"), Copy(folder, "inside.so"));
        using var workload = Workload.Start(
            "unshare", null, "-m", "sh", "-c", $"mount --bind {inside} {path} && LD_PRELOAD={path} exec {Workload.SilentFile}");
        await workload.RunAsync("write 1");
        Assert.SkipUnless(
            File.ReadLines($"/proc/{workload.Pid}/maps").Any(line => line.EndsWith($" {path}", StringComparison.Ordinal)),
            "a root folder that is that of the mounts: from within a chroot, as in our guests, paths of other mount namespaces begin elsewhere");
        var found = Assert.Single(await LaterAsync($"funccount {path}:write"), found => found.Id == "other-root");
        Assert.Equal($"funccount -p {workload.Pid} {path}:write", found.Command);
        using var offered = Counting.Start(Offered(found));
        await workload.RunAsync("write 7");
        Assert.Equal(7, offered.Count("write"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_library_that_was_replaced_is_probed_by_its_mapping()
    {
        using var folder = new TemporaryFolder();
        var library = Copy(folder, "libsecond.so");
        using var workload = Workload.Start(Workload.SilentFile, library);
        await workload.RunAsync("write 1");
        File.Move(Copy(folder, "new"), library, overwrite: true);
        var bound = Bind($"funccount {library}:write");
        var found = Assert.Single(await ExplainAsync(bound with { Options = bound.Options with { Pid = workload.Pid } }, atStart: true));
        Assert.Contains($"/proc/{workload.Pid}/map_files/", found.Command, StringComparison.Ordinal);
        using var offered = Counting.Start(Offered(found).Replace("funccount", $"funccount -p {workload.Pid}", StringComparison.Ordinal));
        await workload.RunAsync("write 7");
        Assert.Equal(7, offered.Count("write"));
    }

    /// <summary>The first process of a container knows itself as 1.</summary>
    [Fact(Timeout = Timeout)]
    public async Task A_number_of_a_container_s_process_is_taken_for_a_possibility()
    {
        using var workload = Workload.Start("unshare", null, "-p", "-f", Workload.SilentFile);
        await workload.RunAsync("write 1");
        var found = (await LaterAsync("funccount -p 1 c:write")).Where(found => found.Id == "inner-process").ToList();
        Assert.All(found, each => Assert.Contains("Possibly", each.Text, StringComparison.Ordinal));
        Assert.Contains(found, each => each.Text.Contains("(silent)", StringComparison.Ordinal) && each.Command is not null);
    }

    private static Task<IReadOnlyList<Explanation>> AtStartAsync(string command) => ExplainAsync(Bind(command), atStart: true);

    private static Task<IReadOnlyList<Explanation>> LaterAsync(string command) => ExplainAsync(Bind(command), atStart: false);

    private static BoundSpec Bind(string command) => Counting.Compile(command).Bound!; // Compile fails the test without it

    private static Task<IReadOnlyList<Explanation>> ExplainAsync(BoundSpec bound, bool atStart) =>
        Engine.ExplainSilenceAsync(bound, [0], atStart, TestContext.Current.CancellationToken);

    private static string Offered(Explanation explanation)
    {
        Assert.NotNull(explanation.Command);
        return explanation.Command;
    }

    private static string Copy(TemporaryFolder folder, string name)
    {
        var copy = Path.Combine(folder.Path, name);
        File.Copy(Workload.SecondFile, copy);
        return copy;
    }
}
