using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>How all programs begin that ask something of a hit.</summary>
internal static class EventStart
{
    /// <summary>
    /// Keeps the slot, which is in R0, finds the entry of the call that returns, and goes on only if the conditions hold.
    /// </summary>
    /// <param name="conditions">Those that are there are decided in order.</param>
    /// <returns>What the event's values are taken from.</returns>
    internal static ISourceEmitter Emit(
        Assembler code, Register context, BoundEvent asked, ISavedEntry? saved, Temporaries temporaries,
        params ReadOnlySpan<TypedExpression?> conditions)
    {
        ISourceEmitter sources = asked.Scope.Site == ProbeSite.Tracepoint
            ? new RecordSources(context)
            : new RegisterSources(context, temporaries, asked.Scope.UsdtOperands, saved);
        code.Add(Store(Width.U32, Register.R10, CountAction.SlotOffset, Register.R0));
        saved?.Take(code, context);
        var emitter = new ExpressionEmitter(code, sources, temporaries, "if");
        foreach (var condition in conditions)
        {
            if (condition is not null)
            {
                emitter.Emit(condition, Filter.Out);
                code.Add(JumpIf(JumpOperation.Equal, Register.R0, 0, Filter.Out));
            }
        }

        return sources;
    }
}
