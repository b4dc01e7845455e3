using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Compilation.Expressions;
using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions;
using BpfDashboard.Tracing.Usdt;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Kernel.Tests;

/// <summary>
/// The loading of an operand as a program in the kernel, run by hand in this very process. Instead of a probe's
/// registers it is given a map, in which the test puts what they hold.
/// </summary>
internal sealed unsafe class UsdtRun : IDisposable
{
    private const int RegistersSize = 21 * sizeof(ulong);
    private const short Result = RegistersSize;
    private const short Outcome = RegistersSize + 8;
    private const int HasValue = 1;
    private const int IsFault = 2;

    private readonly BpfMap _memory;
    private readonly BpfProgram _program;

    /// <exception cref="BpfException">The kernel refused the program; a rejection carries the verifier's log.</exception>
    internal UsdtRun(string operand)
    {
        _memory = BpfMap.Create(new MapImage("memory", MapType.Array, sizeof(uint), RegistersSize + 16, 1));
        try
        {
            _program = BpfProgram.Load(Build(UsdtOperandParser.ParseOne(operand)), [_memory]);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    /// <summary>The value while the registers hold this; null for a fault.</summary>
    internal long? Run(params ReadOnlySpan<(string Register, ulong Value)> registers)
    {
        var memory = stackalloc ulong[(RegistersSize / sizeof(ulong)) + 2];
        for (var i = 0; i < RegistersSize / sizeof(ulong); i++)
        {
            memory[i] = 0xdead_0000_dead_0000 + (ulong)i;
        }

        foreach (var (register, value) in registers)
        {
            memory[CpuLayout.X64.Registers[register] / sizeof(ulong)] = value;
        }

        uint key = 0;
        BpfException.ThrowIfFailed(Native.MapUpdateElem(_memory.Handle, &key, memory, 0), "write the registers");
        TestRun.Start(_program, []);
        BpfException.ThrowIfFailed(Native.MapLookupElem(_memory.Handle, &key, memory), "read the result");
        var outcome = memory[Outcome / sizeof(ulong)];
        Assert.Contains(outcome, new ulong[] { HasValue, IsFault });
        return outcome == HasValue ? (long)memory[Result / sizeof(ulong)] : null;
    }

    /// <summary>A program as it is attached to a probe: its context is <c>pt_regs</c>, and it loads all the operands.</summary>
    /// <exception cref="BpfException">The kernel refused the program; a rejection carries the verifier's log.</exception>
    internal static void LoadForProbe(IReadOnlyList<UsdtOperand> operands)
    {
        var code = new Assembler();
        code.Add(Move(Register.R6, Register.R1));
        var sources = new UsdtSources(Register.R6, operands, new Temporaries(0, -512));
        var mayFault = false;
        for (var i = 0; i < operands.Count; i++)
        {
            mayFault |= sources.Emit(code, new UsdtArgumentSource(i), "fault");
        }

        code.Add(Move(Register.R0, 0));
        code = mayFault ? code.Label("fault").Add(Move(Register.R0, 0)) : code;
        code.Add(Exit());
        using var program = BpfProgram.Load(new BpfProgramImage("operands", ProgramType.Kprobe, AttachType.None, code.Build()), []);
    }

    public void Dispose()
    {
        _program.Dispose();
        _memory.Dispose();
    }

    private static BpfProgramImage Build(UsdtOperand operand)
    {
        const short keySlot = -4;
        var code = new Assembler();
        code.Add(
            Store(Width.U32, Register.R10, keySlot, 0),
            LoadMap(Register.R1, 0),
            Move(Register.R2, Register.R10),
            Alu(AluOperation.Add, Register.R2, keySlot),
            Call(Helper.MapLookupElem),
            JumpIf(JumpOperation.Equal, Register.R0, 0, "out"),
            Move(Register.R6, Register.R0));
        var sources = new UsdtSources(Register.R6, [operand], new Temporaries(-8, -512));
        var mayFault = sources.Emit(code, new UsdtArgumentSource(0), "fault");
        code.Add(
            Store(Width.U64, Register.R6, Result, Register.R0),
            Store(Width.U64, Register.R6, Outcome, HasValue));
        if (mayFault)
        {
            code.Add(Jump("out")).Label("fault").Add(Store(Width.U64, Register.R6, Outcome, IsFault));
        }

        code.Label("out").Add(Move(Register.R0, 0), Exit());
        return new BpfProgramImage("operand", ProgramType.RawTracepoint, AttachType.None, code.Build());
    }
}
