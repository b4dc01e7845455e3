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

    /// <summary>The general registers and all parts of them, by the names that assemblers give them.</summary>
    public static readonly IReadOnlyDictionary<string, CpuRegister> Parts =
        new[] { "ax", "bx", "cx", "dx" }.SelectMany(name => PartsOf(name, $"{name[0]}l", $"{name[0]}h"))
            .Concat(new[] { "si", "di", "bp", "sp" }.SelectMany(name => PartsOf(name, $"{name}l", null)))
            .Concat(Enumerable.Range(8, 8).SelectMany(Numbered))
            .ToDictionary(register => register.Name);

    private static IEnumerable<CpuRegister> PartsOf(string name, string low, string? high)
    {
        var offset = Offsets[name];
        CpuRegister[] parts = [new($"r{name}", offset, 8), new($"e{name}", offset, 4), new(name, offset, 2), new(low, offset, 1)];
        return high is null ? parts : parts.Append(new CpuRegister(high, offset, 1, Shift: 8));
    }

    private static CpuRegister[] Numbered(int number)
    {
        var offset = Offsets[$"r{number}"];
        return [new($"r{number}", offset, 8), new($"r{number}d", offset, 4), new($"r{number}w", offset, 2), new($"r{number}b", offset, 1)];
    }

    private static string[] NamesOf(string name) =>
        name.Length == 2 && name[0] != 'r' && name is not ("cs" or "ss") || name == "flags" ? [name, $"r{name}"] : [name];
}
