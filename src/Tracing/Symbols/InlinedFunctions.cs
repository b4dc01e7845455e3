using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// Which functions the compiler inlined at an address, from the debug information of one file. Safe for many threads,
/// one at a time. The information is read whole when first asked for, and freed with this object.
/// </summary>
internal sealed unsafe class InlinedFunctions
{
    /// <summary>More debug information than this is not read, in bytes.</summary>
    public const long MaxSize = 256 << 20;

    private const int MaxUnits = 200_000;
    private const int MaxDepth = 64;
    private const int MaxEntries = 1_000_000;
    private static readonly TimeSpan MaxTimeToIndex = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly ElfFile file;
    private readonly ulong moved;
    private DwarfHandle? dwarf;
    private List<UnitRange>? units;
    private int entriesLeft;

    private InlinedFunctions(ElfFile file, ulong moved, long size)
    {
        this.file = file;
        this.moved = moved;
        SizeInBytes = size;
    }

    /// <summary>What it takes once it is read.</summary>
    public long SizeInBytes { get; }

    /// <summary>Takes the file over if it has debug information that we can use; else null, and the file is the caller's.</summary>
    /// <param name="moved">What was added to the addresses in the file when it was linked anew (prelink).</param>
    public static InlinedFunctions? Of(ElfFile file, ulong moved) =>
        LibDw.IsPresent && DebugSections.SizeOf(file, MaxSize) is > 0 and var size ? new InlinedFunctions(file, moved, size) : null;

    public bool Owns(ElfFile other) => file == other;

    /// <summary>The names of the functions that are inlined at an address, innermost first; most often none.</summary>
    public List<string> At(ulong address)
    {
        lock (gate)
        {
            units ??= Index();
            var found = new List<string>();
            entriesLeft = MaxEntries;
            foreach (var unit in units)
            {
                if (address - moved >= unit.Start && address - moved < unit.End
                    && LibDw.DieAt(dwarf!, unit.Die, out var die) is not null // there are no units without dwarf
                    && Descend(die, address - moved, found, MaxDepth))
                {
                    break;
                }
            }

            found.Reverse();
            return found;
        }
    }

    /// <summary>Where the code of each unit lies.</summary>
    private List<UnitRange> Index()
    {
        var found = new List<UnitRange>();
        dwarf = file.OpenDebugInformation(SizeInBytes);
        file.Dispose();
        if (dwarf.IsInvalid)
        {
            return found;
        }

        var since = Stopwatch.GetTimestamp();
        for (ulong at = 0; found.Count < MaxUnits && Stopwatch.GetElapsedTime(since) < MaxTimeToIndex
            && LibDw.NextUnit(dwarf, at, out var next, out var header, null, null, null) == 0 && next > at; at = next)
        {
            if (LibDw.DieAt(dwarf, at + header, out var die) is not null && !DebugSections.IsSplit(die))
            {
                AddRanges(die, at + header, found);
            }
        }

        return found;
    }

    private static void AddRanges(in LibDw.Die die, ulong at, List<UnitRange> into)
    {
        nint offset = 0;
        ulong basis = 0;
        while (into.Count < MaxUnits
            && (offset = LibDw.Ranges(die, offset, ref basis, out var start, out var end)) > 0)
        {
            into.Add(new UnitRange(start, end, at));
        }
    }

    /// <summary>
    /// Goes down to the function that holds the address and on into what is inlined there; false if it is not here.
    /// </summary>
    private bool Descend(in LibDw.Die parent, ulong address, List<string> found, int depth)
    {
        if (depth == 0 || LibDw.Child(parent, out var die) != 0)
        {
            return false;
        }

        do
        {
            switch ((Tag)LibDw.Tag(die))
            {
                case Tag.Subprogram or Tag.LexicalBlock or Tag.TryBlock or Tag.CatchBlock when LibDw.HasPc(die, address) > 0:
                    Descend(die, address, found, depth - 1);
                    return true;

                case Tag.InlinedSubroutine when LibDw.HasPc(die, address) > 0:
                    found.Add(NameOf(die));
                    Descend(die, address, found, depth - 1);
                    return true;

                case Tag.Namespace or Tag.Module or Tag.Class or Tag.Structure when Descend(die, address, found, depth - 1):
                    return true;

                default:
                    break;
            }
        }
        while (--entriesLeft > 0 && LibDw.Sibling(die, ref die) == 0);

        return false;
    }

    private static string NameOf(in LibDw.Die die)
    {
        const uint name = 0x03, linkageName = 0x6e, mipsLinkageName = 0x2007;
        return Text(die, linkageName) ?? Text(die, mipsLinkageName) ?? Text(die, name) ?? Frame.Unknown;
    }

    private static string? Text(in LibDw.Die die, uint name)
    {
        var text = LibDw.AttributeIntegrated(die, name, out var attribute) is null ? null : LibDw.FormString(attribute);
        if (text is null)
        {
            return null;
        }

        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        return Demangler.Demangle(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, NameText.MaxLength)]));
    }

    /// <summary>The kinds of entries (<c>DW_TAG_…</c>) on the way to inlined functions.</summary>
    private enum Tag
    {
        Class = 0x02,
        LexicalBlock = 0x0b,
        Structure = 0x13,
        InlinedSubroutine = 0x1d,
        Module = 0x1e,
        CatchBlock = 0x25,
        Subprogram = 0x2e,
        TryBlock = 0x32,
        Namespace = 0x39,
    }

    private readonly record struct UnitRange(ulong Start, ulong End, ulong Die);
}
