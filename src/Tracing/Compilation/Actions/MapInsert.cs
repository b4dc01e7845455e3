using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Libbpf;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>Emits putting something into a map that was not there a moment ago.</summary>
internal static class MapInsert
{
    private const int OnlyIfAbsent = 1;

    /// <summary>
    /// Goes on only if another CPU was faster. R1 is the map, R2 and R3 the addresses of key and value; clobbers R0 to R5.
    /// Errors are compared as 32 bits: until Linux 6.3 they are no more.
    /// </summary>
    /// <param name="inserted">Where to go if it is there now.</param>
    /// <param name="full">Where to go for lack of room.</param>
    /// <param name="busy">Where to go if this CPU was interrupted inside the map.</param>
    internal static void Emit(Assembler code, string inserted, string full, string busy) => code.Add(
        Move(Register.R4, OnlyIfAbsent),
        Call(Helper.MapUpdateElem),
        JumpIf32(JumpOperation.Equal, Register.R0, 0, inserted),
        JumpIf32(JumpOperation.Equal, Register.R0, -Errors.TooBig, full),
        JumpIf32(JumpOperation.Equal, Register.R0, -Errors.NoMemory, full),
        JumpIf32(JumpOperation.NotEqual, Register.R0, -Errors.Exists, busy));
}
