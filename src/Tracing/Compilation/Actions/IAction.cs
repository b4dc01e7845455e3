using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>What is done at a hit, in the kernel. A new action is a new file and a line in <see cref="ProgramBuilder"/>.</summary>
internal interface IAction
{
    /// <summary>The program's name in the kernel's listings.</summary>
    string Name { get; }

    /// <summary>Whether user stacks are unwound by tables.</summary>
    bool Unwinds => false;

    /// <summary>
    /// Whether it takes values from the context, which must be what the probe's kind has for that: the registers of a
    /// function, the record of a tracepoint.
    /// </summary>
    bool ReadsContext => false;

    /// <summary>Whether <see cref="Emit"/> is to be told the program's context.</summary>
    bool NeedsContext { get; }

    /// <summary>
    /// Emits the action and the way out, with the label <see cref="Filter.Out"/>. R0 holds the slot; all other registers
    /// are free to use.
    /// </summary>
    /// <param name="context">Holds the program's context, if it is needed.</param>
    void Emit(Assembler code, Register context, HitPlace place);

    /// <summary>Emits what it calls, behind the end of the program.</summary>
    void EmitSubprograms(Assembler code)
    {
    }
}

/// <summary>What an action may have to know of the place it runs at.</summary>
internal enum HitPlace
{
    Other,

    /// <summary>The first instruction of a user function; the context is its <c>pt_regs</c>.</summary>
    UserEntry,
}
