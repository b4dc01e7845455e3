using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// The rows that came in a range of ticks and are still kept, with the range's ledger. They are read while they are
/// written: what is let go of meanwhile, in a session that runs, is counted too.
/// </summary>
internal sealed class ExportedRows(
    SessionDetails details, Fold total, RowRecording rows, (long From, long To) range)
{
    /// <summary>Rows that are read at once.</summary>
    private const int Stride = 1024;

    public SessionDetails Details => details;

    public RowRecording Recording => rows;

    public RowRenderer Renderer => rows.Renderer;

    /// <summary>Rows of the range that are not there any more. Known for sure when all were read.</summary>
    public long Gone { get; private set; }

    /// <summary>The range's entries in the ledger, but for what <see cref="Gone"/> says for just this range.</summary>
    public IReadOnlyList<LossInfo> Losses =>
    [
        .. total.Losses.Where(loss => loss.Cause != LedgerCauses.NotKept.Cause),
        .. Gone > 0 ? [LedgerCauses.NotKept with { Count = Gone }] : Array.Empty<LossInfo>(),
    ];

    /// <summary>Hits that the kernel saw but did not count.</summary>
    public long Misses => total.Misses;

    /// <summary>The rows, oldest first.</summary>
    public IEnumerable<NumberedRow> Read()
    {
        Gone = 0;
        for (var next = range.From; next < range.To;)
        {
            var chunk = rows.Store.Read(next, (int)Math.Min(Stride, range.To - next));
            foreach (var row in chunk.TakeWhile(row => row.Number < range.To))
            {
                Gone += row.Number - next;
                next = row.Number + 1;
                yield return row;
            }

            if (chunk.Count == 0 || chunk[^1].Number >= range.To)
            {
                Gone += range.To - next;
                next = range.To;
            }
        }
    }

    /// <summary>What writes a format.</summary>
    public Func<Stream, Task> WriterOf(ExportFormat format) => format.Id switch
    {
        "bcc" => target => RowExports.WriteBccAsync(this, target),
        "csv" => target => RowExports.WriteCsvAsync(this, target),
        "jsonl" => target => RowExports.WriteJsonLinesAsync(this, target),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };
}
