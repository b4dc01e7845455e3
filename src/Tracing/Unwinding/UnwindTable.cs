using System.Runtime.CompilerServices;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>How to get from a function to its caller, for every address of a file.</summary>
/// <param name="Rows">By ascending address; what lies before the first is unknown.</param>
/// <param name="Lowest">The file's lowest address, to which the rows' are relative.</param>
/// <param name="Code">The executable segments, from which a mapping's place in the file is known.</param>
internal sealed record UnwindTable(UnwindRow[] Rows, ulong Lowest, IReadOnlyList<ElfSegment> Code)
{
    /// <summary>The table of a file that tells nothing.</summary>
    internal static readonly UnwindTable Empty = new([], 0, []);

    /// <summary>What it takes in memory, roughly.</summary>
    internal long SizeInBytes => ((long)Rows.Length * Unsafe.SizeOf<UnwindRow>()) + 256;

    /// <summary>Where the last row begins, of which nothing is known any more: there the table ends.</summary>
    internal uint End => Rows.Length == 0 ? 0 : Rows[^1].Address;

    /// <summary>
    /// The part of a mapping that this table describes, its words being at <paramref name="index"/>; null if there is
    /// no such part.
    /// </summary>
    internal UnwindMapping? Map(MapsLine mapping, uint index)
    {
        var (start, length) = (mapping.Start, mapping.End - mapping.Start);
        foreach (var segment in Code)
        {
            if (segment.Offset < mapping.Offset + length && mapping.Offset < segment.Offset + segment.FileSize)
            {
                var first = segment.Address - segment.Offset + mapping.Offset - Lowest;
                return first < End
                    ? new UnwindMapping(start, Math.Min(length, End - first), start - first, index)
                    : null;
            }
        }

        return null;
    }
}
