using System.Runtime.InteropServices;

namespace BpfDashboard.Tracing.Cpu;

/// <summary>
/// What our programs must know of the CPU. Another architecture is another instance of this record and another
/// table of system calls beside it, and no change elsewhere.
/// </summary>
public sealed record CpuLayout
{
    /// <summary>x86-64, by <c>struct pt_regs</c> of arch/x86/include/asm/ptrace.h.</summary>
    public static readonly CpuLayout X64 = new()
    {
        Name = "x86-64",
        SyscallNumberOffset = 120,
        CodeSegmentOffset = 136,
        StackPointerOffset = 152,
        ReturnedStackPointer = 8,
        CompatCodeSegment = 0x23,
        InstructionPointerOffset = 128,
        FramePointerOffset = 32,
        SyscallLimit = 512,
        Registers = X64Registers.Offsets,
        ArgumentRegisters = X64Registers.Arguments,
        RegisterParts = X64Registers.Parts,
        BpfSyscall = 321,
        PerfEventOpenSyscall = 298,
    };

    /// <summary>The layout of the machine we run on.</summary>
    /// <exception cref="PlatformNotSupportedException">We have no layout for this machine.</exception>
    public static CpuLayout Current => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        var other => throw new PlatformNotSupportedException(
            $"BpfDashboard cannot compile programs for {other} yet; it knows x86-64"),
    };

    public required string Name { get; init; }

    /// <summary>Byte offset in <c>pt_regs</c> of the system call's number (<c>orig_ax</c>).</summary>
    public required short SyscallNumberOffset { get; init; }

    /// <summary>Byte offset in <c>pt_regs</c> of the code segment, which tells 32-bit callers.</summary>
    public required short CodeSegmentOffset { get; init; }

    /// <summary>Byte offset in <c>pt_regs</c> of the stack pointer; at the entry of a function the return address lies there.</summary>
    public required short StackPointerOffset { get; init; }

    /// <summary>
    /// How much higher the stack pointer stands when a function has returned than at its first instruction, in bytes: on
    /// x86-64 the return has taken the return address off the stack. Found so for all ways to probe entries and returns of
    /// user and kernel functions, on Linux 6.1 to 7.3 (docs/adr/0014).
    /// </summary>
    public required int ReturnedStackPointer { get; init; }

    /// <summary>
    /// The code segment of 32-bit callers (<c>__USER32_CS</c>). Their system calls have other numbers; the kernel's
    /// own <c>syscalls:</c> tracepoints leave them out on x86 (ARCH_TRACE_IGNORE_COMPAT_SYSCALLS), and so do we.
    /// </summary>
    public required int CompatCodeSegment { get; init; }

    /// <summary>Byte offset in <c>pt_regs</c> of the address being executed.</summary>
    public required short InstructionPointerOffset { get; init; }

    /// <summary>Byte offset in <c>pt_regs</c> of the frame pointer.</summary>
    public required short FramePointerOffset { get; init; }

    /// <summary>One more than the highest system call number we count; a power of two.</summary>
    public required int SyscallLimit { get; init; }

    /// <summary>Byte offsets in <c>pt_regs</c> of all registers, by every name that people give them.</summary>
    public required IReadOnlyDictionary<string, short> Registers { get; init; }

    /// <summary>The general registers and all parts of them, by the names that assemblers give them.</summary>
    public required IReadOnlyDictionary<string, CpuRegister> RegisterParts { get; init; }

    /// <summary>The registers of a function's arguments, in order.</summary>
    public required IReadOnlyList<string> ArgumentRegisters { get; init; }

    /// <summary>Number of bpf(2).</summary>
    public required int BpfSyscall { get; init; }

    /// <summary>Number of perf_event_open(2).</summary>
    public required int PerfEventOpenSyscall { get; init; }
}
