namespace BpfDashboard.Tracing.Cpu;

/// <summary>The registers of x86-64 in <c>struct pt_regs</c> (arch/x86/include/asm/ptrace.h).</summary>
internal static class X64Registers
{
    private const int Width = 8;

    // In the order of the struct.
    private static readonly string[] Names =
    [
        "r15", "r14", "r13", "r12", "bp", "bx", "r11", "r10", "r9", "r8", "ax", "cx", "dx", "si", "di", "orig_ax", "ip",
        "cs", "flags", "sp", "ss",
    ];

    /// <summary>The registers of a function's arguments, in order (System V ABI).</summary>
    public static readonly IReadOnlyList<string> Arguments = ["di", "si", "dx", "cx", "r8", "r9"];

    /// <summary>Byte offsets by the kernel's name (<c>di</c>) and by the processor's (<c>rdi</c>).</summary>
    public static readonly IReadOnlyDictionary<string, short> Offsets = Names.Index()
        .SelectMany(entry => NamesOf(entry.Item).Select(name => (name, Offset: (short)(Width * entry.Index))))
        .ToDictionary(entry => entry.name, entry => entry.Offset);

    private static string[] NamesOf(string name) =>
        name.Length == 2 && name[0] != 'r' && name is not ("cs" or "ss") || name == "flags" ? [name, $"r{name}"] : [name];
}
