using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Usdt;

namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>
/// Where the context is the <c>pt_regs</c> of a place of a USDT probe. Each place has its arguments elsewhere: programs
/// serve several places only if their operands are equal.
/// </summary>
/// <param name="operands">Of the arguments at this place, in order.</param>
/// <param name="temporaries">For arguments in memory.</param>
internal sealed class UsdtSources(Register context, IReadOnlyList<UsdtOperand> operands, Temporaries temporaries) : ISourceEmitter
{
    public Register Context => context;

    public bool Emit(Assembler code, ValueSource source, string fault)
    {
        switch (source)
        {
            case UsdtArgumentSource argument:
                return new UsdtOperands(code, context, temporaries).Emit(operands.ElementAtOrDefault(argument.Index), fault);
            case BuiltinSource builtin:
                Builtins.Emit(code, builtin.Builtin);
                return false;
            default:
                throw new ArgumentOutOfRangeException(nameof(source), source, "there is no such thing at a USDT probe");
        }
    }
}
