using BpfDashboard.Tracing.Binding;
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
        var sources = new RegisterSources(Register.R6, new Temporaries(0, -512), operands, null);
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

    /// <summary>What a probe's arguments are when a process meets it; null for a fault.</summary>
    /// <param name="hit">Makes the process meet the probe, and waits for that.</param>
    internal static long?[] Attached(string path, UsdtSite site, int pid, Action hit)
    {
        var operands = UsdtOperandParser.Parse(site.Arguments);
        using var memory = BpfMap.Create(new MapImage("memory", MapType.Array, sizeof(uint), operands.Count * 16, 1));
        using var program = BpfProgram.Load(BuildForProbe(operands), [memory]);
        BpfException.ThrowIfFailed(-PerfEvent.Uprobe(path, site.FileOffset, site.SemaphoreOffset, pid, false, out var perfEvent), "open a uprobe");
        using (perfEvent)
        {
            BpfException.ThrowIfFailed(-BpfLink.Perf(program, perfEvent!, 0, out var link), "attach to a uprobe"); // not null: no error
            using (link)
            {
                PerfEvent.Enable(perfEvent!);
                hit();
            }
        }

        uint key = 0;
        var values = new long[operands.Count * 2];
        fixed (long* value = values)
        {
            BpfException.ThrowIfFailed(Native.MapLookupElem(memory.Handle, &key, value), "read the arguments");
        }

        return [.. values.Chunk(2).Select(pair => pair[1] == HasValue ? pair[0] : (long?)null)];
    }

    public void Dispose()
    {
        _program.Dispose();
        _memory.Dispose();
    }

    /// <summary>Each operand has 16 bytes of the map: the value, and whether there is one.</summary>
    private static BpfProgramImage BuildForProbe(IReadOnlyList<UsdtOperand> operands)
    {
        var code = new Assembler();
        code.Add(Move(Register.R6, Register.R1));
        FindMemory(code, Register.R7);
        var sources = new RegisterSources(Register.R6, new Temporaries(-8, -512), operands, null);
        for (short i = 0; i < operands.Count; i++)
        {
            var mayFault = sources.Emit(code, new UsdtArgumentSource(i), $"fault{i}");
            code.Add(
                Store(Width.U64, Register.R7, (short)(i * 16), Register.R0),
                Store(Width.U64, Register.R7, (short)((i * 16) + 8), HasValue));
            code = mayFault ? code.Label($"fault{i}") : code;
        }

        code.Label("out").Add(Move(Register.R0, 0), Exit());
        return new BpfProgramImage("operands", ProgramType.Kprobe, AttachType.None, code.Build());
    }

    /// <summary>The register = the address of the map's only value; clobbers R0 to R5.</summary>
    private static void FindMemory(Assembler code, Register to)
    {
        const short keySlot = -4;
        code.Add(
            Store(Width.U32, Register.R10, keySlot, 0),
            LoadMap(Register.R1, 0),
            Move(Register.R2, Register.R10),
            Alu(AluOperation.Add, Register.R2, keySlot),
            Call(Helper.MapLookupElem),
            JumpIf(JumpOperation.Equal, Register.R0, 0, "out"),
            Move(to, Register.R0));
    }

    private static BpfProgramImage Build(UsdtOperand operand)
    {
        var code = new Assembler();
        FindMemory(code, Register.R6);
        var sources = new RegisterSources(Register.R6, new Temporaries(-8, -512), [operand], null);
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
