namespace BpfDashboard.Tracing.Cpu;

/// <summary>
/// Tells instructions that the kernel may refuse to step over (arch/x86/kernel/uprobes.c: bad prefixes, and opcodes
/// missing in good_insns_64). A suspicion only: kernels differ, and the kernel is asked once for each class.
/// </summary>
internal static class X64Instructions
{
    /// <summary>As many bytes as an instruction may have.</summary>
    internal const int MaxLength = 15;

    private const byte LockPrefix = 0xf0;
    private const byte Evex = 0x62;
    private const byte Vex3 = 0xc4;
    private const byte Vex2 = 0xc5;

    /// <summary>The class of suspicion; empty for an ordinary instruction.</summary>
    internal static string Suspicion(ReadOnlySpan<byte> code)
    {
        var at = 0;
        while (at < code.Length && IsPrefix(code[at]))
        {
            if (code[at] is LockPrefix)
            {
                return "lock prefix";
            }

            if (code[at] is 0x26 or 0x2e or 0x36 or 0x3e)
            {
                return "segment prefix";
            }

            at++;
        }

        return at == code.Length ? "" : OfOpcode(Opcode(code[at..]));
    }

    /// <summary>
    /// Whether kernels execute this instruction wrongly when it is probed. The kernel's uprobes emulate some one-byte
    /// opcodes (branch_setup_xol_ops, push_setup_xol_ops) and do not look whether a VEX or EVEX prefix makes them
    /// vector instructions: <c>vpcmpeqb</c> (74) is taken for a jump and left out, and the program goes wrong. Seen on
    /// Linux 6.18: a probe on glibc's <c>__memset_avx512_unaligned_erms</c> crashes the traced process.
    /// </summary>
    internal static bool IsMisread(ReadOnlySpan<byte> code) =>
        VectorPrefix(code) > 0 && Opcode(code) is
            (>= 0x50 and <= 0x5f) or (>= 0x70 and <= 0x7f) or 0x90 or 0xe8 or 0xe9 or 0xeb;

    /// <summary>Length of a VEX or EVEX prefix, 0 without one.</summary>
    private static int VectorPrefix(ReadOnlySpan<byte> code) => code switch
    {
        [Vex2, _, _, ..] => 2,
        [Vex3, _, _, _, ..] => 3,
        [Evex, _, _, _, _, ..] => 4,
        _ => 0,
    };

    /// <summary>The byte that the kernel takes for the opcode: of vector instructions too, the one behind the prefix.</summary>
    private static byte Opcode(ReadOnlySpan<byte> code) => code.IsEmpty ? (byte)0 : code[VectorPrefix(code)];

    /// <summary>Legacy prefixes, and REX, which only counts as one directly before the opcode.</summary>
    private static bool IsPrefix(byte value) =>
        value is 0x26 or 0x2e or 0x36 or 0x3e or 0x64 or 0x65 or 0x66 or 0x67 or LockPrefix or 0xf2 or 0xf3
            or (>= 0x40 and <= 0x4f);

    private static string OfOpcode(byte opcode) => opcode switch
    {
        >= 0x6c and <= 0x6f or >= 0xe4 and <= 0xe7 or >= 0xec and <= 0xef => "port input or output",
        0xcc or 0xcd or 0xce or 0xcf or 0xf1 => "interrupt",
        0xf4 or 0xfa or 0xfb => "privileged",
        0x06 or 0x07 or 0x0e or 0x16 or 0x17 or 0x1e or 0x1f or 0x27 or 0x2f or 0x37 or 0x3f or 0x60 or 0x61
            or 0x82 or 0x9a or 0xd4 or 0xd5 or 0xd6 or 0xea => "no instruction of 64-bit programs",
        _ => "",
    };
}
