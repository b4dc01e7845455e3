using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Sessions.Attach;

/// <summary>A clock of each CPU that is online: one perf event and link each. A CPU that comes later is not sampled.</summary>
internal sealed class CpuClockAttacher : EachAttacher
{
    private const string OnlineFile = "/sys/devices/system/cpu/online";

    protected override int AttachOne(BpfProgramImage image, BpfProgram? shared, BoundProbe probe, Attachments made)
    {
        var program = ProgramFor(image, shared, probe.Slot, made);
        foreach (var cpu in CpuList.Parse(File.ReadAllText(OnlineFile)))
        {
            var errno = PerfEvent.CpuClock(cpu, ((ProfileProbe)probe).Hertz, out var file);
            if (LinkPerf(errno, file, program, probe.Slot, made) is var refused and not 0)
            {
                return refused;
            }
        }

        return 0;
    }
}
