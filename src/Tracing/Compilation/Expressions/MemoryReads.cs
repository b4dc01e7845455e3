using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>Emits reads of memory by the helper for its address space. Clobbers R0 to R5.</summary>
/// <param name="label">Makes names of labels that nobody else has.</param>
internal sealed class MemoryReads(Assembler code, Func<string, string> label)
{
    /// <summary>Reads so many bytes from the address in R0 to a place on the stack; R0 = 0, or an error.</summary>
    internal void Bytes(MemorySpace space, short slot, int bytes) => Bytes(space, R10, slot, bytes);

    /// <summary>The same to an offset from a register.</summary>
    internal void Bytes(MemorySpace space, Register target, int offset, int bytes) =>
        Read(space, target, offset, bytes, Helper.ProbeReadKernel, Helper.ProbeReadUser);

    /// <summary>
    /// Reads the text at the address in R0, at most so many bytes with the 0 at its end; R0 = its length with that, or
    /// an error.
    /// </summary>
    internal void Text(MemorySpace space, short slot, int bytes) => Text(space, R10, slot, bytes);

    /// <summary>The same to an offset from a register.</summary>
    internal void Text(MemorySpace space, Register target, int offset, int bytes) =>
        Read(space, target, offset, bytes, Helper.ProbeReadKernelText, Helper.ProbeReadUserText);

    /// <summary>Where a pointer leads to, as far as its type tells.</summary>
    internal static MemorySpace SpaceOf(DataType pointer) => pointer.Unaliased switch
    {
        PointerType { Space: AddressSpace.User } => MemorySpace.User,
        PointerType { Space: AddressSpace.Kernel or AddressSpace.Rcu } => MemorySpace.Kernel,
        _ => MemorySpace.Any,
    };

    /// <summary>By which memory a helper reads a place: a tracepoint's record lies in the kernel's.</summary>
    internal static MemorySpace SpaceOf(PlaceExpression place) =>
        place.Space == MemorySpace.Context ? MemorySpace.Kernel : place.Space;

    private void Read(MemorySpace space, Register target, int offset, int bytes, Helper kernel, Helper user)
    {
        code.Add(
            Move(R3, R0),
            Move(R1, target),
            Alu(AluOperation.Add, R1, offset),
            Move(R2, bytes));
        if (space != MemorySpace.Any)
        {
            code.Add(Call(space == MemorySpace.User ? user : kernel));
            return;
        }

        // On x86-64 the kernel has the upper half of all addresses.
        var (isKernel, isRead) = (label("kernel"), label("read"));
        code.Add(
                JumpIf(JumpOperation.SignedLess, R3, 0, isKernel),
                Call(user),
                Jump(isRead))
            .Label(isKernel)
            .Add(Call(kernel))
            .Label(isRead);
    }
}
