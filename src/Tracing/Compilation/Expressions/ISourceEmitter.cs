using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions.Checking;

namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>Emits the loading of what a probe offers; each kind of place to probe has its own.</summary>
internal interface ISourceEmitter
{
    /// <summary>R0 = the value, as many bits as it has; clobbers R1 to R5.</summary>
    /// <param name="fault">Where to go without a value.</param>
    /// <returns>Whether anything goes there.</returns>
    bool Emit(Assembler code, ValueSource source, string fault);

    /// <summary>Holds the program's context.</summary>
    Register Context { get; }
}
