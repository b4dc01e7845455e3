using System.Buffers.Binary;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Symbols;
using static BpfDashboard.Tracing.Elf.DwarfOperation;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Reads a file's <c>.eh_frame</c> into rows, by libdw. Where functions begin is taken from the sorted table in
/// <c>.eh_frame_hdr</c>, which every linker writes; what is not described there is unknown.
/// </summary>
internal static unsafe class CallFrames
{
    private const int FramePointerColumn = 6;
    private const int ReturnAddressColumn = 16;

    /// <summary>Offsets of the saved registers from rsp in the kernel's <c>struct rt_sigframe</c>, its return address popped.</summary>
    private const long SignalFramePointer = 120, SignalStackPointer = 160, SignalReturnAddress = 168;

    private const int Alignment = 16;

    /// <summary>Chrome has some 6 million rows.</summary>
    private const int MaxRows = 16 << 20;

    /// <summary>The table of a file; empty if it cannot be read, is damaged or has no call frame information.</summary>
    internal static UnwindTable Read(string path)
    {
        try
        {
            using var elf = ElfFile.Open(path);
            return Read(elf);
        }
        catch (Exception e) when (e is BinaryFormatException or DllNotFoundException)
        {
            // Not ours to report (libdw may not be installed): code without a table is unwound by frame pointers.
            return UnwindTable.Empty;
        }
    }

    /// <summary>The table of the vdso; empty if there is none. Then only those who ask the time have no table.</summary>
    internal static UnwindTable ReadVdso()
    {
        using var image = Vdso.CopyImage();
        return image is null ? UnwindTable.Empty : Read(FileCalls.PathOf(image));
    }

    private static UnwindTable Read(ElfFile elf)
    {
        if (elf.Segments.Count == 0)
        {
            return UnwindTable.Empty;
        }

        var lowest = elf.Segments.Min(segment => segment.Address);
        ElfSegment[] code = [.. elf.Segments.Where(segment => segment.IsExecutable)];
        using var frames = LibDw.CallFrames(elf.Handle);
        return frames.IsInvalid || Array.Exists(code, segment => segment.Address + segment.FileSize - lowest > uint.MaxValue)
            ? UnwindTable.Empty
            : new UnwindTable(Rows(frames, FunctionStarts(elf), lowest), lowest, code);
    }

    private static UnwindRow[] Rows(CallFrameHandle frames, ulong[] starts, ulong lowest)
    {
        var rows = new RowList(lowest);
        var end = lowest;
        rows.Add(end, UnwindRule.Unknown);
        foreach (var start in starts)
        {
            if (start < end || rows.Count > MaxRows)
            {
                continue;
            }

            // Functions are aligned; what lies between two neighbours is never executed.
            if (start - end >= Alignment)
            {
                rows.Add(end, UnwindRule.Unknown);
            }

            end = AddFunctions(frames, start, rows);
        }

        rows.Add(end, UnwindRule.Unknown);
        return rows.ToArray();
    }

    /// <summary>Adds the rows of a function and of those that follow without a gap; returns where they end.</summary>
    private static ulong AddFunctions(CallFrameHandle frames, ulong address, RowList rows)
    {
        while (rows.Count <= MaxRows && LibDw.FrameAt(frames, address, out var frame) == 0)
        {
            try
            {
                var found = LibDw.FrameInfo(frame, out _, out var end, out _) == ReturnAddressColumn && end > address;
                rows.Add(address, found ? RuleOf(frame) : UnwindRule.Unknown);
                if (!found)
                {
                    break;
                }

                address = end;
            }
            finally
            {
                LibDw.Free(frame);
            }
        }

        return address;
    }

    private static UnwindRule RuleOf(nint frame)
    {
        // A frame that libdw cannot describe leaves its operations alone, and the lengths say how many there are.
        var memory = stackalloc LibDw.Operation[3];
        if (LibDw.FrameRegister(frame, ReturnAddressColumn, memory, out var operations, out var count) != 0)
        {
            return UnwindRule.Unknown;
        }

        var returnAddress = new ReadOnlySpan<LibDw.Operation>(operations, (int)count);
        if (returnAddress.IsEmpty)
        {
            return operations == memory ? new UnwindRule(CfaKind.Outermost) : UnwindRule.Unknown;
        }

        var isSignalFrame = Is(returnAddress, (CallFrameAddress, 0), (StackPointer, SignalReturnAddress));
        var isOrdinary = Is(returnAddress, (CallFrameAddress, 0), (PlusConstant, -8));
        if (LibDw.FrameCfa(frame, out operations, out count) != 0 || !(isSignalFrame || isOrdinary))
        {
            return UnwindRule.Unknown;
        }

        var cfa = new ReadOnlySpan<LibDw.Operation>(operations, (int)count);
        if (isSignalFrame)
        {
            return Is(cfa, (StackPointer, SignalStackPointer), (Deref, 0)) ? SignalRule(frame) : UnwindRule.Unknown;
        }

        return WithSaved(frame, CfaRule(cfa));
    }

    private static UnwindRule SignalRule(nint frame)
    {
        var memory = stackalloc LibDw.Operation[3];
        return LibDw.FrameRegister(frame, FramePointerColumn, memory, out var operations, out var count) == 0
            && Is(new(operations, (int)count), (CallFrameAddress, 0), (StackPointer, SignalFramePointer))
                ? new UnwindRule(CfaKind.SignalFrame)
                : UnwindRule.Unknown;
    }

    private static UnwindRule CfaRule(ReadOnlySpan<LibDw.Operation> cfa) => cfa switch
    {
        [{ Atom: AnyRegister, First: 7, Second: var offset }] => Offset(CfaKind.StackPointer, offset),
        [{ Atom: AnyRegister, First: 6, Second: var offset }] => Offset(CfaKind.FramePointer, offset),
        [{ Atom: StackPointer, First: var offset }] => Offset(CfaKind.StackPointer, offset),
        [{ Atom: FramePointer, First: var offset }] => Offset(CfaKind.FramePointer, offset),
        [{ Atom: StackPointer, First: var offset }, { Atom: Deref }, { Atom: PlusConstant, First: 8 }] =>
            Offset(CfaKind.AtStackPointer, offset),
        [{ Atom: FramePointer, First: var offset }, { Atom: Deref }] => Offset(CfaKind.AtFramePointer, offset),
        [
        { Atom: StackPointer, First: 8 }, { Atom: InstructionPointer, First: 0 }, { Atom: Literal15 }, { Atom: And },
        { Atom: >= Literal0 and <= Literal15 and var reached }, { Atom: GreaterOrEqual }, { Atom: Literal3 },
        { Atom: ShiftLeft }, { Atom: Plus },
        ] => new UnwindRule(CfaKind.Plt, reached - Literal0),
        _ => UnwindRule.Unknown,
    };

    private static UnwindRule Offset(CfaKind kind, long offset) =>
        offset is >= int.MinValue and <= int.MaxValue ? new UnwindRule(kind, (int)offset) : UnwindRule.Unknown;

    private static UnwindRule WithSaved(nint frame, UnwindRule rule)
    {
        var memory = stackalloc LibDw.Operation[3];
        if (rule.Cfa == CfaKind.Unknown
            || LibDw.FrameRegister(frame, FramePointerColumn, memory, out var operations, out var count) != 0)
        {
            return UnwindRule.Unknown;
        }

        var saved = new ReadOnlySpan<LibDw.Operation>(operations, (int)count);
        return saved switch
        {
            [] => rule with { Saved = operations == memory ? SavedFramePointer.Lost : SavedFramePointer.Unchanged },
            [{ Atom: CallFrameAddress }, { Atom: PlusConstant, First: > -8192 and < 8192 and var offset }] =>
                rule with { Saved = SavedFramePointer.AtCfa, SavedOffset = (int)offset },
            [{ Atom: CallFrameAddress }, { Atom: FramePointer, First: > -8192 and < 8192 and var offset }] =>
                rule with { Saved = SavedFramePointer.AtFramePointer, SavedOffset = (int)offset },
            _ => rule with { Saved = SavedFramePointer.Lost },
        };
    }

    private static bool Is(
        ReadOnlySpan<LibDw.Operation> operations, params ReadOnlySpan<(DwarfOperation Atom, long First)> expected)
    {
        var same = operations.Length == expected.Length;
        for (var index = 0; same && index < expected.Length; index++)
        {
            same = operations[index].Atom == expected[index].Atom && operations[index].First == expected[index].First;
        }

        return same;
    }

    /// <summary>
    /// <c>.eh_frame_hdr</c>: version, three encodings, a pointer and a count of 4 bytes each, then pairs of function
    /// and description, both relative to the section and 4 bytes long (encoding 0x3b; no linker writes another).
    /// </summary>
    private static ulong[] FunctionStarts(ElfFile elf)
    {
        const int header = 12, pair = 8;
        const byte pointerOf4 = 0x0b, unsigned4 = 0x03, relativeToSection = 0x3b;
        var section = elf.Section(".eh_frame_hdr");
        var data = elf.Data(section);
        if (section is null || data.Length < header || data[0] != 1
            || (data[1] & 0x0f) != pointerOf4 || data[2] != unsigned4 || data[3] != relativeToSection)
        {
            return [];
        }

        var count = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(data[8..]), (uint)(data.Length - header) / pair);
        var starts = new ulong[count];
        for (var index = 0; index < starts.Length; index++)
        {
            var relative = BinaryPrimitives.ReadInt32LittleEndian(data[(header + (index * pair))..]);
            starts[index] = section.Address + (ulong)relative;
        }

        Array.Sort(starts);
        return starts;
    }

    /// <summary>Rows by ascending address, equal neighbours merged.</summary>
    private sealed class RowList(ulong lowest)
    {
        private readonly List<UnwindRow> _rows = [];

        internal int Count => _rows.Count;

        internal void Add(ulong address, UnwindRule rule)
        {
            var relative = address - lowest;
            if (address < lowest || relative > uint.MaxValue)
            {
                return;
            }

            var row = new UnwindRow((uint)relative, rule.Pack());
            if (_rows.Count > 0 && _rows[^1].Address == row.Address)
            {
                _rows[^1] = row;
            }
            else if (_rows.Count == 0 || _rows[^1].Rule != row.Rule)
            {
                _rows.Add(row);
            }
        }

        internal UnwindRow[] ToArray() => [.. _rows];
    }
}
