using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions.Checking;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// At the return of a function: what was saved at its entry. Kept in a map (<see cref="EntryByPlace"/>), or by the kernel beside
/// the call (<see cref="EntryInCookie"/>). Why so: docs/adr/0014.
/// </summary>
internal interface ISavedEntry
{
    /// <summary>Where code goes for which nothing is known that was asked of the entry.</summary>
    const string Unknown = "no_entry";

    /// <summary>Bytes below the frame pointer that are in use from <see cref="Take"/> on.</summary>
    short Bottom { get; }

    /// <summary>
    /// The register that is 1 from <see cref="Take"/> on if the entry was seen, else 0; null if it always was, and there is no
    /// use for the label <see cref="Unknown"/>.
    /// </summary>
    Register? IsKnown { get; }

    /// <summary>
    /// Finds what was saved for the call, which is open no more. The slot is in R0 and at
    /// <see cref="CountAction.SlotOffset"/>; clobbers R0 to R5.
    /// </summary>
    void Take(Assembler code, Register context);

    /// <summary>Goes on only if the entry was seen.</summary>
    void Require(Assembler code);

    /// <summary>R0 = an argument as it was.</summary>
    void Argument(Assembler code, ValueSource argument);

    /// <summary>R0 = nanoseconds since the entry.</summary>
    void Latency(Assembler code);
}
