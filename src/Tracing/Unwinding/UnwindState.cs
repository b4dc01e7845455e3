using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// What one frame leaves to the next: offsets of words of 8 bytes in a map's value. Not on the stack: from Linux 6.13 on a
/// program that takes 64 bytes of it may get a stack of its CPU, which two threads share where programs are preempted.
/// </summary>
internal static class UnwindState
{
    internal const short InstructionPointer = 0;
    internal const short StackPointer = 8;
    internal const short FramePointer = 16;

    /// <summary>What is looked up: the instruction pointer, or one less where it is that of a return: there is the call.</summary>
    internal const short Address = 24;

    /// <summary>The mapping of the frame before, as <see cref="UnwindMapping"/>; it is tried first.</summary>
    internal const short Mapping = 32;
    internal const short MappingStart = Mapping;
    internal const short MappingLength = Mapping + 8;
    internal const short MappingOrigin = Mapping + 16;
    internal const short MappingIndex = Mapping + 24;

    /// <summary>An <see cref="UnwindEnd"/>. The byte above the lowest is the flag that frame pointers were used.</summary>
    internal const short End = 64;
    internal const short UsedFramePointer = End + 1;

    internal const int Size = 72;

    /// <summary>
    /// What must be on the stack, since maps take no pointers; the subprogram is given its address: three pointers to
    /// values of maps, the state, the mappings of the process, and the buffer that takes the frames.
    /// </summary>
    internal static class Pointers
    {
        internal const short State = 0;
        internal const short Process = 8;
        internal const short Buffer = 16;
        internal const int Size = 24;
    }

    /// <summary>Copies the mapping that lies at an index of the process's value; clobbers R3.</summary>
    /// <param name="element">Holds the address of the value, and as many bytes more as the mappings before it take.</param>
    /// <param name="state">Holds the state's address, less <paramref name="offset"/>.</param>
    internal static void CopyMapping(Assembler code, Register element, Register state, short offset)
    {
        for (var field = 0; field < 1 << UnwindLayout.MappingShift; field += sizeof(ulong))
        {
            code.Add(
                Load(Width.U64, R3, element, (short)(UnwindLayout.MappingsOffset + field)),
                Store(Width.U64, state, (short)(offset + Mapping + field), R3));
        }
    }
}
