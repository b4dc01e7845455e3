namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// How the canonical frame address of a function is found: the stack pointer as it was before the call. The return
/// address lies 8 bytes below it. The values are known to the program that unwinds in the kernel.
/// </summary>
internal enum CfaKind
{
    /// <summary>Nothing is known here: no function, or a rule that is too rare to be carried.</summary>
    Unknown = 0,

    /// <summary>rsp + offset.</summary>
    StackPointer = 1,

    /// <summary>rbp + offset.</summary>
    FramePointer = 2,

    /// <summary>The word at rbp + offset: functions that align their stack (gcc's DRAP).</summary>
    AtFramePointer = 3,

    /// <summary>Lazy PLT entries: rsp + 8, and 8 more once <c>rip &amp; 15</c> has reached the offset (in bytes).</summary>
    Plt = 4,

    /// <summary>The kernel's signal frame: all registers lie above rsp as <c>struct sigcontext</c>.</summary>
    SignalFrame = 5,

    /// <summary>The outermost function of a thread: there is no return address.</summary>
    Outermost = 6,

    /// <summary>8 more than the word at rsp + offset: OpenSSL's assembler, which keeps the old rsp on an aligned stack.</summary>
    AtStackPointer = 7,
}

/// <summary>Where the caller's rbp is.</summary>
internal enum SavedFramePointer
{
    /// <summary>Still in rbp.</summary>
    Unchanged = 0,

    /// <summary>At CFA + offset.</summary>
    AtCfa = 1,

    /// <summary>At rbp + offset.</summary>
    AtFramePointer = 2,

    /// <summary>Nowhere.</summary>
    Lost = 3,
}

/// <summary>One rule of a table, packed into 32 bits: kinds, and both offsets in words of 8 bytes.</summary>
/// <param name="CfaOffset">Bytes, a multiple of 8 within ±256 KiB; for <see cref="CfaKind.Plt"/> any number.</param>
/// <param name="SavedOffset">Bytes, a multiple of 8 within ±8 KiB.</param>
internal readonly record struct UnwindRule(
    CfaKind Cfa, int CfaOffset = 0, SavedFramePointer Saved = SavedFramePointer.Unchanged, int SavedOffset = 0)
{
    /// <summary>Bits 0 to 2: how the CFA is found.</summary>
    internal const int CfaMask = 7;

    /// <summary>Bits 3 and 4: where rbp is.</summary>
    internal const int SavedShift = 3;
    internal const int SavedMask = 3;

    /// <summary>Bits 5 to 15, signed: rbp's offset in words.</summary>
    internal const int SavedOffsetShift = 5;
    internal const int SavedOffsetBits = 11;

    /// <summary>Bits 16 to 31, signed: the CFA's offset in words.</summary>
    internal const int CfaOffsetShift = 16;

    private const int WordSize = 8;

    /// <summary>The rule of a place of which nothing is known.</summary>
    internal static UnwindRule Unknown => default;

    /// <summary>Packs the rule; one that does not fit is packed as unknown.</summary>
    internal uint Pack()
    {
        var cfa = Cfa == CfaKind.Plt ? CfaOffset : CfaOffset / WordSize;
        var saved = SavedOffset / WordSize;
        var fits = (Cfa == CfaKind.Plt || CfaOffset % WordSize == 0) && cfa is >= short.MinValue and <= short.MaxValue
            && SavedOffset % WordSize == 0 && saved is >= -1024 and < 1024;
        return fits
            ? (uint)Cfa | ((uint)Saved << SavedShift) | ((uint)(saved & 0x7ff) << SavedOffsetShift)
                | ((uint)cfa << CfaOffsetShift)
            : 0;
    }

    /// <summary>The reverse of <see cref="Pack"/>.</summary>
    internal static UnwindRule Unpack(uint packed)
    {
        var kind = (CfaKind)(packed & CfaMask);
        var cfa = (int)packed >> CfaOffsetShift;
        var saved = (int)(packed << (32 - CfaOffsetShift)) >> (32 - SavedOffsetBits);
        return new UnwindRule(
            kind, kind == CfaKind.Plt ? cfa : cfa * WordSize,
            (SavedFramePointer)((packed >> SavedShift) & SavedMask), saved * WordSize);
    }
}

/// <summary>From this address on (relative to the file's lowest), until the next row's, the rule holds.</summary>
internal readonly record struct UnwindRow(uint Address, uint Rule);
