using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions.Checking;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>Where the context is the record of a tracepoint.</summary>
internal sealed class RecordSources(Register context) : ISourceEmitter
{
    public Register Context => context;

    public bool Emit(Assembler code, ValueSource source, string fault)
    {
        switch (source)
        {
            case ContextSource:
                code.Add(Move(Register.R0, context));
                break;
            case BuiltinSource builtin:
                Builtins.Emit(code, builtin.Builtin);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(source), source, "there is no such thing at a tracepoint");
        }

        return false;
    }
}
