using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Sessions;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// What is to be exported: a session as it is at this moment, or the part of it between two cursors. All formats read
/// it, so they cannot disagree.
/// </summary>
internal sealed class ExportedSlice
{
    private readonly long from;
    private readonly long to;
    private readonly bool isWhole;
    private readonly int blockCount;
    private readonly Session session;
    private readonly ExportedStacks? stacks;

    public ExportedSlice(Session session, long? from, long? to)
    {
        this.session = session;
        // The details first: a session that ends in between is exported as running, and not as ended without its end.
        Details = session.ToDetails();
        var end = session.Recording.End;
        blockCount = session.Blocks.Count;
        this.to = Math.Clamp(to ?? end, 0, end);
        this.from = Math.Clamp(from ?? 0, 0, this.to);
        isWhole = this.from == 0 && this.to == end;
        Total = session.Recording.FoldFromNothing(this.from, this.to);
        stacks = Total.Stacks is { } definitions ? new ExportedStacks(definitions) : null;
        Distributions = Details.Distributions is { } info && session.Recording.Distributions is { } known
            ? new ExportedDistributions(info, known)
            : null;
        Rows = session.Recording.Rows is { } rows
            ? new ExportedRows(Details, Total, rows, session.Recording.RowsOf(this.from, this.to))
            : null;
    }

    /// <summary>The session and its targets.</summary>
    public SessionDetails Details { get; }

    /// <summary>Everything in the slice, with all definitions of stacks.</summary>
    public Fold Total { get; }

    /// <summary>The distributions of the slice; null for a session that has none.</summary>
    public ExportedDistributions? Distributions { get; }

    /// <summary>The events of the slice one by one; null for a session that only counts.</summary>
    public ExportedRows? Rows { get; }

    /// <summary>The stacks of the slice and of its blocks.</summary>
    /// <exception cref="InvalidOperationException">The session has none.</exception>
    public ExportedStacks Stacks => stacks ?? throw new InvalidOperationException("The session has no stacks.");

    /// <summary>
    /// The blocks of the slice in order, each cut to the slice. A whole session has its empty blocks too; a part has
    /// only the blocks it touches.
    /// </summary>
    public IEnumerable<(int Index, Fold Fold)> Blocks()
    {
        for (var index = 0; index < blockCount; index++)
        {
            var (first, last) = session.Blocks.Range(index);
            var cut = (From: Math.Max(first, from), To: Math.Min(last, to));
            if (isWhole || cut.From < cut.To)
            {
                yield return (index, session.Recording.Fold(cut.From, Math.Max(cut.From, cut.To)));
            }
        }
    }

    /// <summary>Everything up to the end of a block, from the beginning of the slice.</summary>
    public Fold UpTo(Fold block) => session.Recording.Fold(from, block.To);

    /// <summary>Slot and count of the rows that moved, ascending by count as BCC prints them.</summary>
    public static IEnumerable<(int Slot, long Count)> Ascending(Fold fold) =>
        fold.Slots.Zip(fold.Counts).OrderBy(row => row.Second);
}
