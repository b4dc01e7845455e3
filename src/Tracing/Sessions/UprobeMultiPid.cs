using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Compilation.Actions;
using BpfDashboard.Tracing.Compilation.Probes;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Whether a uprobe.multi link limited to a process covers all its threads. Before Linux 6.10 it covered the main
/// thread only (kernel commit 46ba0e49b642), and the link must be left unlimited: the program filters anyway.
/// Found out once, by probing ourselves.
/// </summary>
internal static unsafe class UprobeMultiPid
{
    private static readonly Lazy<bool> Answer = new(Try);

    internal static bool CoversThreads => Answer.Value;

    private static bool Try()
    {
        try
        {
            return OwnFunction.Find() is { } function && CountsACallFromAnotherThread(function);
        }
        catch (BpfException)
        {
            // No uprobe.multi at all: the question does not arise.
            return false;
        }
    }

    private static bool CountsACallFromAnotherThread(OwnFunction function)
    {
        using var map = BpfMap.Create(new MapImage("counts", MapType.PerCpuArray, sizeof(uint), sizeof(ulong), 1));
        using var program = BpfProgram.Load(
            HitProgram.WithCookie(
                ProgramType.Kprobe, AttachType.TraceUprobeMulti, new Filter(null, null), new CountAction()), [map]);
        BpfLink.UprobeMulti(
            program, AttachType.TraceUprobeMulti, function.Path, [function.FileOffset], [0], [0], Environment.ProcessId,
            isReturn: false, out var link);
        using (link)
        {
            // A thread of our own, because the calling one may be the main thread.
            var caller = new Thread(function.Call);
            caller.Start();
            caller.Join();
            return new PerCpuCounters(map, Native.NumPossibleCpus()).ReadDeltas().Count > 0;
        }
    }
}

/// <summary>A harmless function of libc in this very process, to try probes on.</summary>
internal sealed unsafe class OwnFunction
{
    private const string Name = "getpgrp";
    private readonly nint _address;

    private OwnFunction(nint address, string path, ulong fileOffset) =>
        (_address, Path, FileOffset) = (address, path, fileOffset);

    internal string Path { get; }

    internal ulong FileOffset { get; }

    /// <summary>Finds it by way of the mapping its address lies in; null if libc is mapped in no ordinary way.</summary>
    internal static OwnFunction? Find()
    {
        var address = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), Name);
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            // 7f2a4c600000-7f2a4c755000 r-xp 00026000 fe:00 1234 /usr/lib/x86_64-linux-gnu/libc.so.6
            var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            var range = fields[0].Split('-');
            var start = Convert.ToUInt64(range[0], 16);
            if (fields.Length == 6 && (ulong)address >= start && (ulong)address < Convert.ToUInt64(range[1], 16))
            {
                return new OwnFunction(address, fields[5].Trim(), (ulong)address - start + Convert.ToUInt64(fields[2], 16));
            }
        }

        return null;
    }

    /// <summary>Calls it once. The address is that of <c>pid_t getpgrp(void)</c>.</summary>
    internal void Call() => ((delegate* unmanaged<int>)_address)();
}
