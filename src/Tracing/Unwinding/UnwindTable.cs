using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>How to get from a function to its caller, for every address of a file.</summary>
/// <param name="Rows">By ascending address; what lies before the first is unknown.</param>
/// <param name="Lowest">The file's lowest address, to which the rows' are relative.</param>
/// <param name="Code">The executable segments, from which a mapping's place in the file is known.</param>
internal sealed record UnwindTable(UnwindRow[] Rows, ulong Lowest, IReadOnlyList<ElfSegment> Code)
{
    /// <summary>The table of a file that tells nothing.</summary>
    internal static readonly UnwindTable Empty = new([], 0, []);

    /// <summary>The rule for an address relative to the lowest.</summary>
    internal UnwindRule Find(uint address)
    {
        var (first, count) = (0, Rows.Length);
        while (count > 0)
        {
            var half = count / 2;
            if (Rows[first + half].Address <= address)
            {
                (first, count) = (first + half + 1, count - half - 1);
            }
            else
            {
                count = half;
            }
        }

        return first == 0 ? UnwindRule.Unknown : UnwindRule.Unpack(Rows[first - 1].Rule);
    }

    /// <summary>
    /// The address at which relative address 0 would lie, given where one part of the file is mapped; null if no
    /// executable segment is there.
    /// </summary>
    internal ulong? Origin(ulong start, ulong end, ulong fileOffset)
    {
        foreach (var segment in Code)
        {
            if (segment.Offset < fileOffset + (end - start) && fileOffset < segment.Offset + segment.FileSize)
            {
                return start - (segment.Address - segment.Offset + fileOffset - Lowest);
            }
        }

        return null;
    }
}
