using BpfDashboard.Tests;
using BpfDashboard.Tracing.Tests.Elf;

namespace BpfDashboard.Tracing.Tests.Silence;

/// <summary>Each reason why a probe may count nothing, by a real process for which it is the reason.</summary>
public sealed class SilenceTests
{
    private const int Timeout = 60_000;

    public SilenceTests() => NativeTools.Require("gcc", "make");

    [Fact(Timeout = Timeout)]
    public async Task Where_calls_come_by_the_probe_there_is_nothing_to_say()
    {
        using var workload = await StartAsync(Workload.SilentFile);
        Assert.Empty(await Explaining.AtStartAsync($"funccount -p {workload.Pid} c:write"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_process_that_does_not_map_the_library_is_named()
    {
        using var workload = await StartAsync(Workload.SilentFile);
        var explanation = Assert.Single(await Explaining.AtStartAsync($"funccount -p {workload.Pid} {Workload.SecondFile}:write"));
        Assert.Equal(("not-mapped", null), (explanation.Id, explanation.Command));
        Assert.Contains($"Process {workload.Pid} (silent) does not map ", explanation.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_library_of_a_like_name_is_offered_instead()
    {
        using var folder = new TemporaryFolder();
        var other = Copy(Workload.SecondFile, folder, "libsecond.so.2");
        using var workload = await StartAsync(Workload.SilentFile, other);
        var explanation = Assert.Single(await Explaining.AtStartAsync($"funccount -i 1 -p {workload.Pid} {Workload.SecondFile}:write"));
        Assert.Equal(("not-mapped", $"funccount -i 1 -p {workload.Pid} {other}:write"), (explanation.Id, explanation.Command));
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_a_process_a_file_that_nobody_maps_is_said_to_be_unused()
    {
        using var folder = new TemporaryFolder();
        var unused = Copy(Workload.SecondFile, folder, "libunused.so");
        var explanation = Assert.Single(await Explaining.LaterAsync($"funccount {unused}:write"));
        Assert.Equal("unused", explanation.Id);
    }

    /// <summary>What glibc before 2.34 did with libpthread, and the reason of the seed's silence.</summary>
    [Fact(Timeout = Timeout)]
    public async Task A_library_that_is_linked_before_libc_and_defines_the_function_is_offered()
    {
        using var workload = await StartAsync(Workload.SilentLinkedFile);
        var explanation = Assert.Single(await Explaining.AtStartAsync($"funccount -p {workload.Pid} c:write"));
        Assert.Equal(
            ("other-definition", $"funccount -p {workload.Pid} {Workload.SecondFile}:write"), (explanation.Id, explanation.Command));
        Assert.Contains("calls of write by silent-linked", explanation.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_preloaded_library_is_offered_with_options_and_action_as_they_were()
    {
        using var workload = await StartAsync(Workload.SilentFile, Workload.SecondFile);
        await workload.RunAsync("write 1");
        var explanation = Assert.Single(await Explaining.AtStartAsync(
            $"trace -T -p {workload.Pid} 'p:c:write(int fd, char *text) (fd == 3) \"%d %s\", fd, text' 'c:read'"));
        Assert.Equal(
            ("other-definition", 0, $"trace -T -p {workload.Pid} '{Workload.SecondFile}:write(int fd, char *text) (fd == 3) \"%d %s\", fd, text' c:read"),
            (explanation.Id, explanation.Probe, explanation.Command));
    }

    /// <summary>As of a program with an allocator linked into it, which does not export it.</summary>
    [Fact(Timeout = Timeout)]
    public async Task A_function_of_the_program_s_own_is_a_likely_place()
    {
        using var folder = new TemporaryFolder();
        var file = NativeTools.Compile(folder, "own", """
            #include <unistd.h>
            __attribute__((visibility("hidden"), noinline)) ssize_t write(int fd, const void *text, size_t size)
            {
                struct { const void *base; size_t size; } piece = { text, size };
                extern ssize_t writev(int, const void *, int);
                return writev(fd, &piece, 1);
            }
            int main(void) { char sign; while (read(0, &sign, 1) == 1) if (sign == '\n') write(1, "done\n", 5); return 0; }
            """);
        using var workload = await StartAsync(file);
        var command = $"funccount -p {workload.Pid} c:write";
        Assert.Empty(await Explaining.AtStartAsync(command));
        var own = Assert.Single(await Explaining.LaterAsync(command), found => found.Id == "other-definition");
        Assert.Equal($"funccount -p {workload.Pid} {file}:write", own.Command);
        Assert.Contains("Most likely", own.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_USDT_probes_it_is_said_too_that_the_process_does_not_map_the_file()
    {
        NativeTools.RequireHeader("sys/sdt.h", "systemtap-sdt-dev");
        using var workload = await StartAsync(Workload.SilentFile);
        var explanation = Assert.Single(await Explaining.AtStartAsync($"funccount -p {workload.Pid} u:{Workload.ValuesFile}:request"));
        Assert.Equal("not-mapped", explanation.Id);
    }

    [Fact(Timeout = Timeout)]
    public async Task Before_the_first_call_another_definition_is_a_possibility_that_is_not_said_at_the_start()
    {
        using var workload = await StartAsync(Workload.SilentFile, Workload.SecondFile);
        var command = $"funccount -p {workload.Pid} c:write";
        Assert.Empty(await Explaining.AtStartAsync(command));
        var later = Assert.Single(await Explaining.LaterAsync(command), found => found.Id == "other-definition");
        Assert.Contains("Possibly", later.Text, StringComparison.Ordinal);
        Assert.Equal($"funccount -p {workload.Pid} {Workload.SecondFile}:write", later.Command);
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_an_IFUNC_the_implementation_is_offered_that_the_process_uses()
    {
        using var workload = await StartAsync(Workload.SilentLinkedFile);
        var explanation = Assert.Single(await Explaining.AtStartAsync($"funccount -p {workload.Pid} {Workload.SecondFile}:chosen"));
        Assert.Equal(
            ("indirect", $"funccount -p {workload.Pid} {Workload.SecondFile}:chosen_fast", true),
            (explanation.Id, explanation.Command, explanation.IsLasting));
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_an_IFUNC_of_libc_it_is_said_without_a_process_too()
    {
        var explanation = Assert.Single(await Explaining.AtStartAsync("funccount c:strlen"), found => found.Id == "indirect");
        Assert.Contains("this server's own process", explanation.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_a_static_program_its_own_function_is_offered()
    {
        using var workload = await StartAsync(Workload.SilentStaticFile);
        var explanation = Assert.Single(await Explaining.AtStartAsync($"funccount -p {workload.Pid} c:write"));
        Assert.Equal(
            ("static", $"funccount -p {workload.Pid} {Workload.SilentStaticFile}:write"), (explanation.Id, explanation.Command));
    }

    /// <summary>As after an upgrade: the session was bound to the new file, without -p.</summary>
    [Fact(Timeout = Timeout)]
    public async Task A_library_that_was_replaced_is_probed_where_the_process_maps_it()
    {
        using var folder = new TemporaryFolder();
        var library = Copy(Workload.SecondFile, folder, "libsecond.so");
        using var workload = await StartAsync(Workload.SilentFile, library);
        File.Move(Copy(Workload.SecondFile, folder, "new"), library, overwrite: true);
        var ofAll = Assert.Single(await Explaining.LaterAsync($"funccount {library}:write"), found => found.Id == "replaced");
        Assert.Equal($"funccount -p {workload.Pid} {library}:write", ofAll.Command);

        var bound = Explaining.Bind($"funccount {library}:write");
        var ofOne = Assert.Single(await Explaining.ExplainAsync(
            bound with { Options = bound.Options with { Pid = workload.Pid } }, atStart: true));
        Assert.Equal("replaced", ofOne.Id);
        Assert.Contains("Restart the process", ofOne.Text, StringComparison.Ordinal);
        Assert.SkipUnless(File.Exists($"/proc/{workload.Pid}/maps") && ofOne.Command is not null, "needs CAP_CHECKPOINT_RESTORE to open map_files");
        Assert.Contains($"/proc/{workload.Pid}/map_files/", ofOne.Command, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_process_that_has_ended_is_said_to_have_ended()
    {
        var workload = await StartAsync(Workload.SilentFile);
        var bound = Explaining.Bind($"funccount -p {workload.Pid} c:write");
        workload.Dispose();
        Assert.Equal("process-ended", Assert.Single(await Explaining.ExplainAsync(bound, atStart: false)).Id);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_process_that_is_stopped_is_said_to_be_stopped()
    {
        using var workload = await StartAsync(Workload.SilentFile);
        Signal(workload, "STOP");
        try
        {
            Assert.Contains(await Explaining.LaterAsync($"funccount -p {workload.Pid} c:write"), found => found.Id == "process-stopped");
        }
        finally
        {
            Signal(workload, "CONT");
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Children_that_use_the_library_are_offered()
    {
        using var workload = await StartAsync(Workload.SilentFile);
        await workload.RunAsync("fork 1");
        var children = Assert.Single(await Explaining.LaterAsync($"funccount -p {workload.Pid} c:write"), found => found.Id == "children");
        Assert.Matches(@"^funccount -p \d+ c:write$", children.Command);
        Assert.DoesNotContain($"-p {workload.Pid} ", children.Command, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Functions_that_do_the_like_are_a_possibility_that_is_said_to_be_one()
    {
        using var workload = await StartAsync(Workload.SilentFile);
        Assert.DoesNotContain(await Explaining.AtStartAsync($"funccount -p {workload.Pid} c:write"), found => found.Id == "relative");
        var relative = Assert.Single(await Explaining.LaterAsync($"funccount -p {workload.Pid} c:write"), found => found.Id == "relative");
        Assert.Equal($"funccount -p {workload.Pid} c:writev", relative.Command);
        Assert.Contains("possibly", relative.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_function_that_nothing_is_linked_with_is_said_to_have_no_caller()
    {
        using var workload = await StartAsync(Workload.SilentFile);
        Assert.Contains(await Explaining.LaterAsync($"funccount -p {workload.Pid} c:mkfifo"), found => found.Id == "no-caller");
    }

    [Theory]
    [InlineData("trace vfs_read")]
    [InlineData("funccount t:sched:sched_switch")]
    public async Task Of_other_probes_than_those_of_files_nothing_is_said(string command)
    {
        var diagnostics = new List<BpfDashboard.Tracing.Specs.Diagnostic>();
        var syntax = BpfDashboard.Tracing.Specs.Parser.Parse(command, diagnostics);
        var bound = BpfDashboard.Tracing.Binding.Binder.Bind(syntax!, new FakeKernelCatalog(), diagnostics); // it parses
        Assert.Empty(await Explaining.ExplainAsync(bound!, atStart: false));
    }

    /// <summary>When it has answered, its loader has done its work.</summary>
    private static async Task<Workload> StartAsync(string file, string? preload = null)
    {
        var workload = Workload.Start(file, preload);
        await workload.RunAsync("writev 1");
        return workload;
    }

    private static string Copy(string file, TemporaryFolder folder, string name)
    {
        var copy = Path.Combine(folder.Path, name);
        File.Copy(file, copy);
        return copy;
    }

    private static void Signal(Workload workload, string signal) => NativeTools.Run("kill", $"-{signal}", $"{workload.Pid}");
}
