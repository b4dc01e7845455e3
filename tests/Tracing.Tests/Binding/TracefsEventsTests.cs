using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Tests.Binding;

public sealed class TracefsEventsTests
{
    [Fact]
    public void Events_come_in_order_with_their_numbers()
    {
        using var folder = new TemporaryFolder();
        folder.Write("events/sched/sched_switch/id", "312\n");
        folder.Write("events/sched/sched_process_fork/id", "311\n");
        folder.Write("events/sched/enable", "0\n");
        folder.Write("events/block/block_rq_issue/id", "902\n");
        folder.Write("events/block/no_event/format", "");
        folder.Write("events/ftrace/function/id", "1\n");
        folder.Write("events/syscalls/sys_exit_newfstat/id", "600\n");
        var (events, problem) = TracefsEvents.Read([folder.Path]);
        Assert.Null(problem);
        Assert.Equal(
            [
                new("block", "block_rq_issue", 902),
                new("ftrace", "function", 1, WhyNot: "it only describes a record of the function tracer; it never fires"),
                new("sched", "sched_process_fork", 311),
                new("sched", "sched_switch", 312),
                new("syscalls", "sys_exit_newfstat", 600, new SyscallPoint(5, IsExit: true)),
            ],
            events);
    }

    [Fact]
    public void Tracefs_that_is_not_mounted_is_said_to_be_so()
    {
        using var folder = new TemporaryFolder();
        var (events, problem) = TracefsEvents.Read([folder.Path, $"{folder.Path}/missing"]);
        Assert.Empty(events);
        Assert.Equal("tracefs is not mounted (mount -t tracefs tracefs /sys/kernel/tracing)", problem);
    }

    [Fact]
    public void The_second_place_is_tried_when_the_first_has_none()
    {
        using var folder = new TemporaryFolder();
        folder.Write("debug/events/sched/sched_switch/id", "312");
        Assert.Single(TracefsEvents.Read([$"{folder.Path}/tracing", $"{folder.Path}/debug"]).Events);
    }
}
