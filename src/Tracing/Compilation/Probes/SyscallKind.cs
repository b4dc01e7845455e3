using System.Buffers.Binary;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;
using BpfDashboard.Tracing.Cpu;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>
/// <c>syscalls:sys_enter_*</c> and <c>sys_exit_*</c>: one program on the raw <c>sys_enter</c> or <c>sys_exit</c>
/// serves all of them. A read-only table turns the number into the slot, zero meaning "not selected".
/// </summary>
internal sealed class SyscallKind : IProbeKind
{
    private const short ScratchOffset = -16;
    private static readonly CpuLayout Cpu = CpuLayout.Current;

    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, ProbeWork work, List<MapImage> maps)
    {
        var (filter, action) = work;
        if (action.ReadsContext)
        {
            BoundProbe[] all = [.. probes.OfType<SyscallProbe>()];
            return all.Length > 0 ? [new ProbeGroup(all, [TracepointKind.PerfEvent(filter, action)])] : [];
        }

        return BuildShared(probes, filter, action, maps);
    }

    private static IEnumerable<ProbeGroup> BuildShared(
        IReadOnlyList<BoundProbe> probes, Filter filter, IAction action, List<MapImage> maps)
    {
        foreach (var isExit in new[] { false, true })
        {
            SyscallProbe[] mine = [.. probes.OfType<SyscallProbe>().Where(probe => probe.IsExit == isExit)];
            if (mine.Length > 0)
            {
                maps.Add(SlotTable(mine, isExit ? "exit_slots" : "enter_slots"));
                yield return Group(mine, isExit, maps.Count - 1, filter, action);
            }
        }
    }

    /// <summary>A u32 for every number: slot + 1, or 0.</summary>
    private static MapImage SlotTable(SyscallProbe[] probes, string name)
    {
        var table = new byte[Cpu.SyscallLimit * sizeof(uint)];
        foreach (var probe in probes)
        {
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(probe.Number * sizeof(uint)), probe.Slot + 1);
        }

        return new MapImage(name, MapType.Array, sizeof(uint), table.Length, 1, table);
    }

    private static ProbeGroup Group(
        SyscallProbe[] probes, bool isExit, int table, Filter filter, IAction action)
    {
        var tracepoint = isExit ? "sys_exit" : "sys_enter";
        var typed = Program(isExit, table, filter, action, trustedRegisters: true);
        var untyped = Program(isExit, table, filter, action, trustedRegisters: false);
        return new ProbeGroup(probes,
        [
            new(AttachMechanism.TracingTracepoint, Image(ProgramType.Tracing, AttachType.TraceRawTp, typed)),
            new(AttachMechanism.RawTracepoint, Image(ProgramType.RawTracepoint, AttachType.None, untyped)),
            TracepointKind.PerfEvent(filter, action),
        ]);

        BpfProgramImage Image(ProgramType type, AttachType attachType, Assembler code) =>
            new(tracepoint, type, attachType, code.Build(), AttachTo: tracepoint)
            {
                Subprograms = code.Subprograms,
                Unwinds = action.Unwinds,
            };
    }

    /// <summary>
    /// The context is (pt_regs, number) at entry and (pt_regs, result) at exit. A BTF-typed program may read the
    /// registers directly; a plain raw one must ask a helper.
    /// </summary>
    private static Assembler Program(
        bool isExit, int table, Filter filter, IAction action, bool trustedRegisters)
    {
        var code = new Assembler();
        if (action.NeedsContext)
        {
            code.Add(Move(Register.R8, Register.R1));
        }

        code.Add(Load(Width.U64, Register.R6, Register.R1, 0));
        if (isExit)
        {
            ReadRegister(code, Cpu.SyscallNumberOffset, trustedRegisters);
            code.Add(Move(Register.R7, Register.R0));
        }
        else
        {
            code.Add(Load(Width.U64, Register.R7, Register.R1, 8));
        }

        code.Add(
            JumpIf(JumpOperation.Greater, Register.R7, Cpu.SyscallLimit - 1, Filter.Out),
            Alu(AluOperation.ShiftLeft, Register.R7, 2),
            LoadMapValue(Register.R1, table, 0),
            Alu(AluOperation.Add, Register.R1, Register.R7),
            Load(Width.U32, Register.R7, Register.R1, 0),
            JumpIf(JumpOperation.Equal, Register.R7, 0, Filter.Out));
        filter.Emit(code);
        ReadRegister(code, Cpu.CodeSegmentOffset, trustedRegisters);
        code.Add(
            JumpIf32(JumpOperation.Equal, Register.R0, Cpu.CompatCodeSegment, Filter.Out),
            Alu(AluOperation.Add, Register.R7, -1),
            Move(Register.R0, Register.R7));
        action.Emit(code, Register.R8, HitPlace.Other);
        action.EmitSubprograms(code);
        return code;
    }

    /// <summary>R0 = the register at this offset of the <c>pt_regs</c> in R6.</summary>
    private static void ReadRegister(Assembler code, short offset, bool trusted)
    {
        if (trusted)
        {
            code.Add(Load(Width.U64, Register.R0, Register.R6, offset));
            return;
        }

        code.Add(
            Move(Register.R1, Register.R10),
            Alu(AluOperation.Add, Register.R1, ScratchOffset),
            Move(Register.R2, sizeof(ulong)),
            Move(Register.R3, Register.R6),
            Alu(AluOperation.Add, Register.R3, offset),
            Call(Helper.ProbeReadKernel),
            Load(Width.U64, Register.R0, Register.R10, ScratchOffset));
    }
}
