using System.Globalization;
using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>Opens the perf events that older ways of attaching need. Results are 0 and the handle, or the errno.</summary>
internal static unsafe class PerfEvent
{
    private const nint CloseOnExec = 8;
    private const uint SoftwareType = 1;
    private const uint TracepointType = 2;
    private const ulong CpuClockConfig = 0;

    /// <summary>PERF_COUNT_SW_BPF_OUTPUT.</summary>
    private const ulong ProgramOutputConfig = 10;

    /// <summary>PERF_SAMPLE_RAW.</summary>
    private const ulong RawSamples = 1 << 10;

    /// <summary>The bit <c>watermark</c>: wake by bytes that wait, not by events.</summary>
    private const ulong ByWatermark = 1 << 14;

    /// <summary>The bit <c>freq</c> of <c>struct perf_event_attr</c>: samples by the second, not by the event.</summary>
    private const ulong ByFrequency = 1 << 10;
    private const nuint IoctlEnable = 0x2400;

    /// <summary>The upper half of a uprobe's config is the semaphore's file offset (PERF_UPROBE_REF_CTR_OFFSET_SHIFT).</summary>
    private const int SemaphoreShift = 32;

    /// <summary>A classic tracepoint by the number in its <c>id</c> file.</summary>
    internal static int Tracepoint(int id, out FileHandle? file) =>
        Open(new PerfEventAttributes { Type = TracepointType, Config = (ulong)id }, pid: -1, out file);

    /// <summary>The software clock of one CPU, whatever runs there.</summary>
    internal static int CpuClock(int cpu, int hertz, out FileHandle? file) => Open(
        new PerfEventAttributes
        {
            Type = SoftwareType,
            Config = CpuClockConfig,
            SamplePeriodOrFrequency = (ulong)hertz,
            Flags = ByFrequency,
        },
        pid: -1,
        out file,
        cpu);

    /// <summary>What programs on one CPU send; the reader is woken when so many bytes wait.</summary>
    internal static int ProgramOutput(int cpu, int watermark, out FileHandle? file) => Open(
        new PerfEventAttributes
        {
            Type = SoftwareType,
            Config = ProgramOutputConfig,
            SamplePeriodOrFrequency = 1,
            SampleType = RawSamples,
            Flags = ByWatermark,
            WakeupWatermark = (uint)watermark,
        },
        pid: -1,
        out file,
        cpu);

    /// <summary>One place of a file; <paramref name="pid"/> null for all processes.</summary>
    internal static int Uprobe(
        string path, ulong offset, ulong semaphore, int? pid, bool isReturn, out FileHandle? file)
    {
        using var text = new Utf8Text(path);
        return OpenProbe(
            "uprobe",
            new PerfEventAttributes
            {
                Config = (semaphore << SemaphoreShift) | (isReturn ? AtReturn : 0),
                Config1 = (ulong)text.Pointer,
                Config2 = offset,
            },
            pid ?? -1,
            out file);
    }

    /// <summary>A kernel function, by address if that is known, else by name; or a place so many bytes into it.</summary>
    internal static int Kprobe(string name, ulong address, int offset, bool isReturn, out FileHandle? file)
    {
        using var text = new Utf8Text(address == 0 ? name : null);
        return OpenProbe(
            "kprobe",
            new PerfEventAttributes
            {
                Config = isReturn ? AtReturn : 0,
                Config1 = (ulong)text.Pointer,
                Config2 = address + (ulong)offset,
            },
            -1,
            out file);
    }

    /// <summary>The bit 0 of the config (PERF_PROBE_CONFIG_IS_RETPROBE).</summary>
    private const ulong AtReturn = 1;

    /// <summary>Whether the kernel has this kind of dynamic perf event ("kprobe", "uprobe").</summary>
    internal static uint? TypeOf(string source) =>
        File.Exists(TypeFile(source))
            ? uint.Parse(File.ReadAllText(TypeFile(source)).AsSpan().Trim(), CultureInfo.InvariantCulture)
            : null;

    /// <summary>A link does not enable its event by itself.</summary>
    internal static void Enable(FileHandle file) =>
        BpfException.ThrowIfFailed((nint)Native.Ioctl(file, IoctlEnable, 0), "enable a perf event");

    private static string TypeFile(string source) => $"/sys/bus/event_source/devices/{source}/type";

    private static int OpenProbe(string source, PerfEventAttributes attributes, int pid, out FileHandle? file)
    {
        file = null;
        if (TypeOf(source) is not { } type)
        {
            return Errors.OperationNotSupported;
        }

        attributes.Type = type;
        return Open(attributes, pid, out file);
    }

    /// <summary>All processes means "any process on CPU 0" to perf; the program runs on every CPU all the same.</summary>
    private static int Open(PerfEventAttributes attributes, int pid, out FileHandle? file, int cpu = 0)
    {
        attributes.Size = (uint)sizeof(PerfEventAttributes);
        var result = Native.PerfEventOpen(
            CpuLayout.Current.PerfEventOpenSyscall, &attributes, pid, pid < 0 ? cpu : -1, -1, CloseOnExec);
        file = result >= 0 ? new FileHandle(result) : null;
        return result >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
