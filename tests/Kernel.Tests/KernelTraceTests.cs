using System.Globalization;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Arguments, structs and returns of kernel functions.</summary>
public sealed class KernelTraceTests
{
    private const int Timeout = 120_000;

    public KernelTraceTests() => Abilities.Require("kernel functions");

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.KprobeMulti)]
    [InlineData(AttachMechanism.KprobePerf)]
    public async Task An_opened_file_has_its_name(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} 'do_sys_openat2 \"%s\", arg2' 'r::do_sys_openat2 \"%d\", retval'", Only(way));
        await workload.RunAsync("open 1");
        Assert.Equal(["\"/nonexistent/file\"", "-2"], trace.Finish());
    }

    [Fact]
    public void Who_asks_for_do_sys_open_is_told_where_files_are_opened_today() => Assert.Contains(
        Counting.Compile("trace 'do_sys_open \"%s\", arg2'").Bound!.Notes, // Compile fails the test without one
        note => note.Contains("do_sys_openat2", StringComparison.Ordinal));

    [Fact(Timeout = Timeout)]
    public async Task A_connection_has_address_and_port_of_its_socket()
    {
        using var workload = Workload.Start();
        using var trace = Traced.Start(
            $"-p {workload.Pid} 'tcp_connect \"%s %d\", ntop(sk->sk_daddr), ntohs(sk->sk_dport)' "
            + "'p::tcp_connect(struct sock *sk) \"%x\", sk->__sk_common.skc_daddr'");
        await workload.RunAsync("connect 1");
        var values = trace.Finish().Order(StringComparer.Ordinal).ToList();
        const int loopback = 0x0100007f; // 127.0.0.1 in network order, as this machine reads it
        Assert.Equal($"{loopback}", values[0]);
        var (address, port) = (values[1].Split(' ')[0], values[1].Split(' ')[1]);
        Assert.Equal($"{loopback}", address);
        Assert.Contains(int.Parse(port, CultureInfo.InvariantCulture), ListeningPorts());
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_a_format_every_parameter_is_shown_by_the_name_that_BTF_has()
    {
        using var workload = Workload.Start();
        using var trace = Traced.Start($"-p {workload.Pid} vfs_read r::vfs_read");
        await workload.RunAsync("read 1");
        Assert.Equal(["file", "buf", "count", "pos"], trace.Columns());
        Assert.Equal(["retval"], trace.Columns(1));
        Assert.True(trace.Finish().Count >= 2);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_system_call_has_the_arguments_of_the_caller()
    {
        using var workload = Workload.Start();
        using var trace = Traced.Start($"-p {workload.Pid} 'sys_getpgid' '__x64_sys_prctl (arg1 == 15) \"%s\", arg2'");
        await workload.RunAsync("getpgid 2", "rename 1");
        var values = trace.Finish();
        Assert.Equal(["0", "0", "\"even\""], values);
        Assert.Equal(["pid_2"], trace.Columns()); // every row has a pid of its own
    }

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.KprobeMulti)]
    [InlineData(AttachMechanism.KprobePerf)]
    public async Task A_return_knows_its_entry(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartValues();
        using var trace = Traced.Start(
            $"-p {workload.Pid} 'r::do_sys_openat2 \"%d %s %d\", retval, $entry(arg2)@user, $latency > 0'", Only(way));
        await workload.RunAsync("open 1");
        Assert.Equal(["-2 \"/nonexistent/file\" 1"], trace.Finish());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_place_in_a_function_is_probed_with_its_registers()
    {
        using var workload = Workload.Start();
        using var trace = InsideGetpgid(workload.Pid);
        await workload.RunAsync("getpgid 3");
        Assert.Equal(3, trace.Finish().Count);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wildcard_shows_the_arguments_of_each_function()
    {
        using var workload = Workload.Start();
        using var trace = Traced.Start($"-p {workload.Pid} 'vfs_rea*'");
        await workload.RunAsync("read 10");
        Assert.Contains(trace.Finish(), values => values.Split(' ').Length == 4);

        // And the workload waits for its next command, or not yet.
        Assert.InRange(trace.Rows.Count(row => trace.Name(row) == "vfs_read"), 10, 11);
    }

    [Fact(Timeout = Timeout)]
    public async Task Members_of_a_task_are_reached_through_pointers()
    {
        using var workload = Workload.Start();
        using var trace = Traced.Start(
            $"-p {workload.Pid} '__x64_sys_getpgid \"%d %d %s\", $task->fs->users, $task->tgid, $task->comm'");
        await workload.RunAsync("getpgid 1");
        Assert.Equal([$"1 {workload.Pid} \"workload\""], trace.Finish());
    }

    /// <summary>Behind the 5 bytes that the kernel's tracer patches, which come first or behind an endbr64.</summary>
    private static Traced InsideGetpgid(int pid)
    {
        try
        {
            return Start(4 + 5);
        }
        catch (BpfException refused) when (refused.Message.Contains("no instruction begins there", StringComparison.Ordinal))
        {
            return Start(5);
        }

        Traced Start(int offset) => Traced.Start($"-p {pid} '__x64_sys_getpgid+0x{offset:x} \"%lx\", ctx->ip'");
    }

    internal static Func<ProgramImage, ProgramImage> Only(AttachMechanism way) => image => image with
    {
        Groups =
        [
            .. image.Groups.Select(group => group with
            {
                Alternatives = [.. group.Alternatives.Where(alternative => alternative.Mechanism == way)],
            }),
        ],
    };

    /// <summary>Local ports of sockets that listen (state 0A).</summary>
    private static IEnumerable<int> ListeningPorts() =>
        from line in File.ReadLines("/proc/net/tcp").Skip(1)
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where fields[3] == "0A"
        select int.Parse(fields[1].AsSpan(fields[1].IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.HexNumber, null);
}
