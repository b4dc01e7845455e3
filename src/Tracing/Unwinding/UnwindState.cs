using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// What one frame leaves to the next: offsets of words of 8 bytes, on the stack of the program that unwinds, which hands
/// its address to the subprogram that finds a frame.
/// </summary>
internal static class UnwindState
{
    /// <summary>The buffer that takes the frames: in a map's value.</summary>
    internal const short Buffer = 0;

    /// <summary>The mappings of the process: a map's value.</summary>
    internal const short Process = 8;

    internal const short InstructionPointer = 16;
    internal const short StackPointer = 24;
    internal const short FramePointer = 32;

    /// <summary>What is looked up: the instruction pointer, or one less where it is that of a return: there is the call.</summary>
    internal const short Address = 40;

    /// <summary>The mapping of the frame before, as <see cref="UnwindMapping"/>; it is tried first.</summary>
    internal const short Mapping = 48;
    internal const short MappingStart = Mapping;
    internal const short MappingLength = Mapping + 8;
    internal const short MappingOrigin = Mapping + 16;
    internal const short MappingIndex = Mapping + 24;

    /// <summary>An <see cref="UnwindEnd"/>. The byte above the lowest is the flag that frame pointers were used.</summary>
    internal const short End = 80;
    internal const short UsedFramePointer = End + 1;

    internal const int Size = 88;

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
