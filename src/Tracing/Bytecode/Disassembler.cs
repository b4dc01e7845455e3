using System.Text;
using static BpfDashboard.Tracing.Bytecode.Encoding;

namespace BpfDashboard.Tracing.Bytecode;

/// <summary>
/// Prints programs in the notation of the kernel's own disassembler (kernel/bpf/disasm.c), so that a listing, a
/// verifier log and <c>bpftool prog dump xlated</c> can be laid side by side.
/// </summary>
public static class Disassembler
{
    /// <summary>A program, one line an instruction, each behind its slot number as in the verifier's log.</summary>
    /// <param name="mapName">The name to show for the map with this index.</param>
    /// <param name="subprograms">Each is headed by a line as bpftool has it.</param>
    public static string Listing(
        IReadOnlyList<Instruction> program, Func<int, string>? mapName = null, IReadOnlyList<Subprogram>? subprograms = null)
    {
        var names = (subprograms ?? []).ToDictionary(subprogram => subprogram.Slot, subprogram => subprogram.Name);
        var text = new StringBuilder();
        var slot = 0;
        foreach (var instruction in program)
        {
            if (names.TryGetValue(slot, out var name))
            {
                text.Append("int ").Append(name).Append("():\n");
            }

            text.Append(slot).Append(": ").Append(Line(instruction, mapName)).Append('\n');
            slot += instruction.Slots;
        }

        return text.ToString();
    }

    /// <summary>One instruction: <c>(bf) r6 = r1</c>.</summary>
    public static string Line(Instruction instruction, Func<int, string>? mapName = null) =>
        $"({instruction.Opcode:x2}) " + instruction.Class switch
        {
            InstructionClass.Alu or InstructionClass.Alu64 => Arithmetic(instruction),
            InstructionClass.Ldx => $"r{(int)instruction.Destination} = {Memory(instruction, instruction.Source)}",
            InstructionClass.St => $"{Memory(instruction, instruction.Destination)} = {instruction.Immediate}",
            InstructionClass.Stx when (instruction.Opcode & ModeMask) == ModeAtomic => Atomic(instruction),
            InstructionClass.Stx =>
                $"{Memory(instruction, instruction.Destination)} = r{(int)instruction.Source}",
            InstructionClass.Ld => $"r{(int)instruction.Destination} = {WideValue(instruction, mapName)}",
            _ => Branch(instruction),
        };

    private static string Arithmetic(Instruction instruction)
    {
        var size = instruction.Class == InstructionClass.Alu64 ? 'r' : 'w';
        var to = $"{size}{(int)instruction.Destination}";
        var operation = (AluOperation)(instruction.Opcode & OperationMask);
        if (operation == AluOperation.Negate)
        {
            return $"{to} = -{to}";
        }

        if (operation == AluOperation.Swap)
        {
            // The kernel names the register, whatever the width.
            to = $"r{(int)instruction.Destination}";
            return $"{to} = be{instruction.Immediate} {to}";
        }

        var from = (instruction.Opcode & FromRegister) != 0
            ? $"{size}{(int)instruction.Source}"
            : $"{instruction.Immediate}";
        return $"{to} {Sign(operation)} {from}";
    }

    private static string Sign(AluOperation operation) => operation switch
    {
        AluOperation.Add => "+=",
        AluOperation.Sub => "-=",
        AluOperation.Mul => "*=",
        AluOperation.Div => "/=",
        AluOperation.Or => "|=",
        AluOperation.And => "&=",
        AluOperation.ShiftLeft => "<<=",
        AluOperation.ShiftRight => ">>=",
        AluOperation.Mod => "%=",
        AluOperation.Xor => "^=",
        AluOperation.Move => "=",
        AluOperation.ArithmeticShiftRight => "s>>=",
        _ => "?=",
    };

    private static string Memory(Instruction instruction, Register address) =>
        $"*({TypeName(instruction)} *)(r{(int)address} {instruction.Offset:+0;-0;+0})";

    private static string TypeName(Instruction instruction) => (Width)(instruction.Opcode & WidthMask) switch
    {
        Width.U8 => "u8",
        Width.U16 => "u16",
        Width.U32 => "u32",
        _ => "u64",
    };

    private static string Atomic(Instruction instruction)
    {
        var place = $"({TypeName(instruction)} *)(r{(int)instruction.Destination} {instruction.Offset:+0;-0;+0})";
        var suffix = (Width)(instruction.Opcode & WidthMask) == Width.U64 ? "64" : "";
        var value = $"r{(int)instruction.Source}";
        var operation = (AluOperation)(instruction.Immediate & OperationMask);
        return (int)instruction.Immediate switch
        {
            AtomicExchange => $"{value} = atomic{suffix}_xchg({place}, {value})",
            AtomicCompareExchange => $"r0 = atomic{suffix}_cmpxchg({place}, r0, {value})",
            var other when (other & Fetch) != 0 =>
                $"{value} = atomic{suffix}_fetch_{FetchName(operation)}({place}, {value})",
            _ => $"lock *{place} {Sign(operation)} {value}",
        };
    }

    private static string FetchName(AluOperation operation) => operation switch
    {
        AluOperation.Add => "add",
        AluOperation.And => "and",
        AluOperation.Or => "or",
        _ => "xor",
    };

    private static string WideValue(Instruction instruction, Func<int, string>? mapName)
    {
        var low = (int)instruction.Immediate;
        return instruction.Source switch
        {
            PseudoMap => $"map[{Name()}]",
            PseudoMapValue => $"map[{Name()}][0]+{instruction.Immediate >> 32}",
            PseudoFunction => $"subprog[{instruction.Target ?? $"{low:+0;-0;+0}"}]",
            _ => $"0x{instruction.Immediate:x}",
        };

        string Name() => mapName is null ? $"{low}" : mapName(low);
    }

    private static string Branch(Instruction instruction)
    {
        var size = instruction.Class == InstructionClass.Jmp ? 'r' : 'w';
        var goTo = instruction.Target is null ? $"goto pc{instruction.Offset:+0;-0;+0}" : $"goto {instruction.Target}";
        return (JumpOperation)(instruction.Opcode & OperationMask) switch
        {
            JumpOperation.Call when instruction.RefersToKfunc =>
                $"call {((Kfunc)(int)instruction.Immediate).Name()}",
            JumpOperation.Call => $"call {HelperNames.Of((int)instruction.Immediate)}#{instruction.Immediate}",
            JumpOperation.Exit => "exit",
            JumpOperation.Always => goTo,
            var comparison => $"if {size}{(int)instruction.Destination} {Comparison(comparison)} " +
                $"{Right(instruction, size)} {goTo}",
        };
    }

    private static string Right(Instruction instruction, char size) =>
        (instruction.Opcode & FromRegister) != 0
            ? $"{size}{(int)instruction.Source}"
            : $"0x{(uint)instruction.Immediate:x}";

    private static string Comparison(JumpOperation operation) => operation switch
    {
        JumpOperation.Equal => "==",
        JumpOperation.Greater => ">",
        JumpOperation.GreaterOrEqual => ">=",
        JumpOperation.AnyBit => "&",
        JumpOperation.NotEqual => "!=",
        JumpOperation.SignedGreater => "s>",
        JumpOperation.SignedGreaterOrEqual => "s>=",
        JumpOperation.Less => "<",
        JumpOperation.LessOrEqual => "<=",
        JumpOperation.SignedLess => "s<",
        JumpOperation.SignedLessOrEqual => "s<=",
        _ => "?",
    };
}
