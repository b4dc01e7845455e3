namespace BpfDashboard.Tracing.Bytecode;

/// <summary>Stand-in until the instruction set is merged; the project file drops it then.</summary>
public readonly record struct Instruction(ulong Bits);
