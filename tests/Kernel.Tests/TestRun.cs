using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Compilation.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Kernel.Tests;

/// <summary>
/// An expression as a program in the kernel, run by hand (BPF_PROG_TEST_RUN, Linux 5.10) in this very process: the
/// registers of arguments hold what the test puts there.
/// </summary>
internal sealed unsafe partial class TestRun : IDisposable
{
    private const int ArgumentCount = 6;
    private const long HasValue = 1;
    private const long IsFault = 2;

    private readonly BpfMap _result;
    private readonly BpfProgram _program;

    /// <exception cref="BpfException">The kernel refused the program; a rejection carries the verifier's log.</exception>
    internal TestRun(TypedExpression expression)
    {
        var image = Build(expression);
        _result = BpfMap.Create(new MapImage("result", MapType.Array, sizeof(uint), 2 * sizeof(ulong), 1));
        try
        {
            _program = BpfProgram.Load(image, [_result]);
        }
        catch
        {
            _result.Dispose();
            throw;
        }
    }

    /// <summary>The value for these arguments; null for a fault.</summary>
    internal long? Run(params ReadOnlySpan<ulong> arguments)
    {
        Span<ulong> context = stackalloc ulong[ArgumentCount];
        arguments.CopyTo(context);

        Start(_program, context);
        var value = stackalloc long[2];
        uint key = 0;
        BpfException.ThrowIfFailed(Native.MapLookupElem(_result.Handle, &key, value), "read the result");
        Assert.Contains(value[1], new[] { HasValue, IsFault });
        return value[1] == HasValue ? value[0] : null;
    }

    /// <summary>Runs a program of the type of raw tracepoints once, with these words for its context.</summary>
    internal static void Start(BpfProgram program, ReadOnlySpan<ulong> context)
    {
        // The kernel copies the context before it returns.
        fixed (ulong* input = context)
        {
            var options = new RunOptions { Size = (nuint)sizeof(RunOptions), ContextIn = input, ContextInSize = (uint)(context.Length * sizeof(ulong)) };
            BpfException.ThrowIfFailed(ProgTestRun(program.Handle, &options), "run the program");
        }
    }

    public void Dispose()
    {
        _program.Dispose();
        _result.Dispose();
    }

    private static BpfProgramImage Build(TypedExpression expression)
    {
        const short resultSlot = -8, keySlot = -12;
        var code = new Assembler();
        code.Add(Move(Register.R6, Register.R1));
        var emitter = new ExpressionEmitter(code, new Arguments(), new Temporaries(-16, -512), "e");
        emitter.Emit(expression, "fault");
        code.Add(
                Store(Width.U64, Register.R10, resultSlot, Register.R0),
                Move(Register.R7, (int)HasValue));
        if (emitter.MayFault)
        {
            code.Add(Jump("keep")).Label("fault").Add(
                Store(Width.U64, Register.R10, resultSlot, 0),
                Move(Register.R7, (int)IsFault));
        }

        code.Label("keep").Add(
                Store(Width.U32, Register.R10, keySlot, 0),
                LoadMap(Register.R1, 0),
                Move(Register.R2, Register.R10),
                Alu(AluOperation.Add, Register.R2, keySlot),
                Call(Helper.MapLookupElem),
                JumpIf(JumpOperation.Equal, Register.R0, 0, "out"),
                Load(Width.U64, Register.R1, Register.R10, resultSlot),
                Store(Width.U64, Register.R0, 0, Register.R1),
                Store(Width.U64, Register.R0, 8, Register.R7))
            .Label("out").Add(Move(Register.R0, 0), Exit());
        return new BpfProgramImage("expression", ProgramType.RawTracepoint, AttachType.None, code.Build());
    }

    private sealed class Arguments : ISourceEmitter
    {
        public Register Context => Register.R6;

        public bool Emit(Assembler code, ValueSource source, string fault)
        {
            switch (source)
            {
                case ArgumentSource argument:
                    code.Add(Load(Width.U64, Register.R0, Context, (short)(argument.Register * sizeof(ulong))));
                    break;
                case BuiltinSource builtin:
                    Builtins.Emit(code, builtin.Builtin);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(source), source, null);
            }

            return false;
        }
    }

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_prog_test_run_opts")]
    private static partial int ProgTestRun(FileHandle program, RunOptions* options);

    /// <summary><c>struct bpf_test_run_opts</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RunOptions
    {
        public nuint Size;
        public void* DataIn;
        public void* DataOut;
        public uint DataInSize;
        public uint DataOutSize;
        public void* ContextIn;
        public void* ContextOut;
        public uint ContextInSize;
        public uint ContextOutSize;
        public uint Result;
        public int Repeat;
        public uint Duration;
        public uint Flags;
        public uint Cpu;
        public uint BatchSize;
    }
}
