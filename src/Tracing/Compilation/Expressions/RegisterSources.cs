using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;
using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Usdt;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>Where the context is the <c>pt_regs</c> of a function: kprobes and uprobes, at entries, returns and offsets.</summary>
/// <param name="temporaries">For the registers of system calls, which are read from memory.</param>
/// <param name="operands">At a USDT probe: where its arguments are.</param>
/// <param name="entry">At a return that wants to know it: what was saved at the entry.</param>
internal sealed class RegisterSources(
    Register context, Temporaries temporaries, IReadOnlyList<UsdtOperand> operands, ISavedEntry? entry)
    : ISourceEmitter
{
    /// <summary>The arguments of a system call: the fourth is not where functions have theirs.</summary>
    private static readonly string[] SystemCallRegisters = ["di", "si", "dx", "r10", "r8", "r9"];

    private static readonly CpuLayout Cpu = CpuLayout.Current;

    public Register Context => context;

    public bool Emit(Assembler code, ValueSource source, string fault)
    {
        switch (source)
        {
            case ArgumentSource argument:
                Load(code, Cpu.Registers[Cpu.ArgumentRegisters[argument.Register]]);
                break;
            case ReturnSource:
                Load(code, Cpu.Registers["ax"]);
                break;
            case RegisterSource register:
                Load(code, (short)register.Offset);
                break;
            case SystemCallArgumentSource argument:
                SystemCallArgument(code, Cpu.Registers[SystemCallRegisters[argument.Register]]);
                break;
            case UsdtArgumentSource argument:
                return new UsdtOperands(code, context, temporaries).Emit(operands.ElementAtOrDefault(argument.Index), fault);
            case EntrySource { Argument: var argument } when entry is not null:
                entry.Argument(code, argument);
                break;
            case BuiltinSource { Builtin: Builtin.Latency } when entry is not null:
                entry.Latency(code);
                break;
            case BuiltinSource builtin:
                Builtins.Emit(code, builtin.Builtin);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(source), source, "there is no such thing at a function");
        }

        return false;
    }

    private void Load(Assembler code, short register) => code.Add(Instruction.Load(Width.U64, R0, context, register));

    /// <summary>The wrapper's only argument is a pointer to the caller's registers, which the kernel saved: always readable.</summary>
    private void SystemCallArgument(Assembler code, short register)
    {
        var slot = temporaries.Take(sizeof(ulong));
        Load(code, Cpu.Registers[Cpu.ArgumentRegisters[0]]);
        code.Add(
            Store(Width.U64, R10, slot, 0),
            Move(R3, R0),
            Alu(AluOperation.Add, R3, register),
            Move(R1, R10),
            Alu(AluOperation.Add, R1, slot),
            Move(R2, sizeof(ulong)),
            Call(Helper.ProbeReadKernel),
            Instruction.Load(Width.U64, R0, R10, slot));
        temporaries.Return(sizeof(ulong));
    }
}
