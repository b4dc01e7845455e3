namespace BpfDashboard.Tracing.Cpu;

/// <summary>A register, or the part of one that has a name of its own (<c>eax</c>, <c>ah</c>).</summary>
/// <param name="Name">The processor's name, without the <c>%</c> of assemblers.</param>
/// <param name="Offset">Bytes from the start of <c>pt_regs</c> to the whole register.</param>
/// <param name="Size">Bytes of this part.</param>
/// <param name="Shift">Bits of the whole register below this part.</param>
public sealed record CpuRegister(string Name, short Offset, int Size, int Shift = 0);
