using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Compilation.Actions;
using BpfDashboard.Tracing.Compilation.Probes;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions.Attach;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Whether kprobe.multi tells at a return where the stack stood. From Linux 6.14 on it is built on another tracer of the
/// kernel, whose first versions left that register as it was. Found out once, by reading a file; calls of other processes
/// tell the same.
/// </summary>
internal static class ReturnedStack
{
    private const string Function = "vfs_read";
    private static readonly Lazy<bool> Answer = new(Try);

    internal static bool IsKnown => Answer.Value;

    private static bool Try()
    {
        var images = new List<MapImage> { new("counts", MapType.PerCpuArray, sizeof(uint), sizeof(ulong), 1) };
        var entries = EntryImage.Add(0, slots: 1, images);
        var maps = new List<BpfMap>();
        try
        {
            maps.AddRange(images.Select(BpfMap.Create));
            using var made = new Attachments(maps, null, null, 2, CancellationToken.None);
            Attach(made, new SaveAction(entries, images[entries.CallsMap].ValueSize, []), isReturn: false);
            Attach(made, new TakeAction(entries), isReturn: true);
            _ = File.ReadAllText("/proc/self/comm");
            return new PerCpuCounters(maps[ProgramBuilder.CountsMap], Native.NumPossibleCpus()).ReadDeltas().Count > 0;
        }
        catch (BpfException)
        {
            // No kprobe.multi at all: the question does not arise.
            return false;
        }
        finally
        {
            maps.ForEach(map => map.Dispose());
        }
    }

    private static void Attach(Attachments made, IAction action, bool isReturn) => new KprobeMultiAttacher().Attach(
        HitProgram.WithCookie(ProgramType.Kprobe, AttachType.TraceKprobeMulti, new Filter(null, null), action),
        [new KernelFunctionProbe(0, Function, 0, null) { IsReturn = isReturn }],
        made);

    /// <summary>Counts the returns whose entries are found.</summary>
    private sealed class TakeAction(EntryImage entries) : IAction
    {
        public string Name => "returned_stack";

        public bool NeedsContext => true;

        public void Emit(Assembler code, Register context, HitPlace place)
        {
            var entry = new EntryByPlace(entries, new EntryNeeds([], Time: true), new Filter(null, null));
            entry.Take(code, context);
            entry.Require(code);
            code.Add(Instruction.Move(Register.R0, 0));
            CountAction.EmitCount(code);
            code.Label(ISavedEntry.Unknown);
            CountAction.EmitOut(code);
        }
    }
}
