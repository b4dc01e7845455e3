using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Cpu;

namespace BpfDashboard.Tracing.Tests.Binding;

public sealed partial class SyscallTableTests
{
    private const string Header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";

    /// <summary>Names that differ between the call and its function in the kernel; all others are the same.</summary>
    private static readonly Dictionary<string, string> SourceNames = new()
    {
        ["stat"] = "newstat",
        ["fstat"] = "newfstat",
        ["lstat"] = "newlstat",
        ["uname"] = "newuname",
        ["sendfile"] = "sendfile64",
        ["umount2"] = "umount",
        ["_sysctl"] = "sysctl",
    };

    [Fact]
    public void Every_number_of_the_systems_header_is_in_the_table()
    {
        Assert.SkipUnless(File.Exists(Header), $"{Header} is missing (linux-libc-dev)");
        var calls = File.ReadLines(Header).Select(line => Definition().Match(line)).Where(match => match.Success)
            .ToDictionary(match => match.Groups[1].Value, match => int.Parse(match.Groups[2].Value));
        Assert.True(calls.Count >= 300, "the header has lost its numbers");
        Assert.All(calls, call => Assert.Equal(
            call.Value, X64Syscalls.NumberOfEvent(SourceNames.GetValueOrDefault(call.Key, call.Key))));
    }

    /// <summary>Newer than many headers. The kernel confirmed those up to 469 (6.18) by firing the event.</summary>
    [Theory]
    [InlineData("uretprobe", 335)]
    [InlineData("uprobe", 336)]
    [InlineData("cachestat", 451)]
    [InlineData("fchmodat2", 452)]
    [InlineData("map_shadow_stack", 453)]
    [InlineData("futex_wake", 454)]
    [InlineData("futex_wait", 455)]
    [InlineData("futex_requeue", 456)]
    [InlineData("statmount", 457)]
    [InlineData("listmount", 458)]
    [InlineData("lsm_get_self_attr", 459)]
    [InlineData("lsm_set_self_attr", 460)]
    [InlineData("lsm_list_modules", 461)]
    [InlineData("mseal", 462)]
    [InlineData("setxattrat", 463)]
    [InlineData("getxattrat", 464)]
    [InlineData("listxattrat", 465)]
    [InlineData("removexattrat", 466)]
    [InlineData("open_tree_attr", 467)]
    [InlineData("file_getattr", 468)]
    [InlineData("file_setattr", 469)]
    [InlineData("listns", 470)]
    [InlineData("rseq_slice_yield", 471)]
    [InlineData("newfstatat", 262)]
    public void Newer_calls_have_their_numbers(string name, int number) =>
        Assert.Equal(number, X64Syscalls.NumberOfEvent(name));

    [Fact]
    public void Every_system_call_event_of_this_kernel_has_a_number_of_its_own()
    {
        var catalog = new LiveKernelCatalog();
        Assert.SkipUnless(catalog.TracepointsProblem is null, catalog.TracepointsProblem ?? "");
        var events = catalog.Tracepoints.Where(tracepoint => tracepoint.Category == "syscalls").ToList();
        Assert.SkipUnless(events.Count > 0, "this kernel has no syscalls: events (CONFIG_FTRACE_SYSCALLS)");
        Assert.Empty(events.Where(tracepoint => tracepoint.Syscall is null).Select(tracepoint => tracepoint.Event));
        Assert.Equal(events.Count, events.Select(tracepoint => tracepoint.Syscall).Distinct().Count());
        Assert.All(events, tracepoint => Assert.True(tracepoint.Id > 0));
    }

    [Fact]
    public void A_call_that_is_not_known_has_no_number() => Assert.Null(X64Syscalls.NumberOfEvent("sys_read"));

    [GeneratedRegex(@"^#define __NR_(\w+)\s+(\d+)$")]
    private static partial Regex Definition();
}
