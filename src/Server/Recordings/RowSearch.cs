using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// Finds the rows that viewers want to see. What was found for the last few filters is remembered, so that the next
/// answer costs only what came since; and no answer looks for longer than <see cref="Budget"/>: it says how far it came.
/// </summary>
public sealed class RowSearch
{
    /// <summary>How long one answer may look at rows.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest free text, in UTF-16 units.</summary>
    public const int MaxText = 4096;

    /// <summary>Filters that are remembered: 128 kB for a million rows.</summary>
    private const int MaxFilters = 8;

    /// <summary>Orders and counts that are remembered, and the memory that they take together.</summary>
    private const int MaxOrders = 8;
    private const long MaxOrderBytes = 192L << 20;

    /// <summary>Rows that are sorted for one answer: putting them in their places takes as long as looking at them.</summary>
    private const int MaxSorted = 100_000;

    private readonly RowRecording rows;
    private readonly TimeProvider time;
    private readonly SearchMemory filters = new(MaxFilters, long.MaxValue);
    private readonly SearchMemory orders = new(MaxOrders, MaxOrderBytes);

    public RowSearch(RowRecording rows, TimeProvider time)
    {
        (this.rows, this.time) = (rows, time);
        Groups = new GroupSearch(rows, Look, orders);
    }

    /// <summary>Counts equal events.</summary>
    public GroupSearch Groups { get; }

    /// <summary>Bytes of memory.</summary>
    public long Size => filters.Size + orders.Size;

    /// <summary>What is wrong with a query but for its filter; null if nothing is.</summary>
    public static string? WhyNot(RowQuery query) => query switch
    {
        { Count: < 1 or > RowQuery.MaxCount } => $"An answer has 1 to {RowQuery.MaxCount} rows.",
        { Until: < 0 } => "Rows are counted from 0.",
        { Text.Length: > MaxText } => $"A text to look for has at most {MaxText} characters.",
        _ => null,
    };

    /// <summary>The window of rows that a query asks for.</summary>
    public RowPage Page(RowQuery query)
    {
        var (test, problem) = RowConditions.Of(query.Filter, query.Text, rows);
        var keys = query.SortBy is null ? null : ColumnOrder.KeysOf(query.SortBy, rows);
        var end = rows.Store.End;
        if (problem is null && query.SortBy is not null && keys is null)
        {
            problem = new Diagnostic(default, $"there is no column '{query.SortBy}' to sort by").ToProblem();
        }

        return problem is not null ? new RowPage(rows.Store.First, end, 0, end, 0, [], problem)
            : keys is not null ? Sorted(query, test, keys, end)
            : test is not null ? Matching(query, test, end)
            : All(query, end);
    }

    private static long Offset(RowQuery query, long matches) =>
        query.From < 0 ? Math.Max(0, matches + query.From) : Math.Min(query.From, matches);

    /// <summary>A viewer who has stopped at some row is not told of what is behind it.</summary>
    private static long Until(RowQuery query, long end) => Math.Min(query.Until ?? end, end);

    private RowPage All(RowQuery query, long end)
    {
        var first = rows.Store.First;
        var matches = Math.Max(0, Until(query, end) - first);
        var from = Offset(query, matches);
        var found = rows.Store.Read(first + from, (int)Math.Min(query.Count, matches - from));
        return new RowPage(first, end, matches, end, from, [.. found.Select(rows.ToView)]);
    }

    private RowPage Matching(RowQuery query, Func<Row, bool> test, long end)
    {
        // What stands behind the row where a viewer has stopped is left out when it is read.
        var found = filters.Get(new SearchKey("", query.Filter, query.Text, null, rows.Clock.Origin), () => new MatchSet());
        lock (found.Gate)
        {
            var set = found.Value;
            var first = rows.Store.First;
            set.Forget(first);
            Look(set.Looked, end, row => set.Add(row.Number, test(row.Row)));
            found.Size = set.Size;
            var matches = set.CountBefore(Until(query, end));
            var from = Offset(query, matches);
            var numbers = set.From(from).Take((int)Math.Min(query.Count, matches - from)).ToList();
            return Page(query, (first, end, matches, set.Looked), from, numbers) with { Gone = null };
        }
    }

    private RowPage Sorted(
        RowQuery query, Func<Row, bool>? test, Func<Row, (Int128? Number, string? Text)> keys, long end)
    {
        var key = new SearchKey($"sort {query.SortBy}", query.Filter, query.Text, query.Until, rows.Clock.Origin);
        var found = orders.Get(key, () => new ColumnOrder());
        lock (found.Gate)
        {
            var order = found.Value;
            var first = rows.Store.First;
            order.Reach(first);
            Look(order.Looked, Math.Min(Until(query, end), order.Looked + MaxSorted), row => Add(order, row, test, keys));

            // Before a viewer who has stopped nothing moves: what is let go of keeps its place.
            order.Settle(query.Until is null ? first : 0);
            found.Size = order.Size;
            var from = Offset(query, order.Count);
            var numbers = Enumerable.Range((int)from, (int)Math.Min(query.Count, order.Count - from))
                .Select(place => order.At(query.Descending ? order.Count - 1 - place : place)).ToList();
            return Page(query, (first, end, order.Count, order.Looked), from, numbers);
        }
    }

    private static void Add(
        ColumnOrder order, NumberedRow row, Func<Row, bool>? test, Func<Row, (Int128? Number, string? Text)> keys)
    {
        if (test is null || test(row.Row))
        {
            order.Add(row.Number, keys(row.Row));
        }

        order.Reach(row.Number + 1);
    }

    /// <summary>Without what was let go of; where that was, is told.</summary>
    private RowPage Page(
        RowQuery query, (long First, long End, long Matches, long Looked) state, long from, IReadOnlyList<long> numbers)
    {
        var found = numbers.Select(number => rows.Store.Read(number, 1) is [var row] && row.Number == number ? row : default(NumberedRow?)).ToList();
        var gone = Enumerable.Range(0, found.Count).Where(place => found[place] is null).ToList();

        // Behind the row where a viewer has stopped there is nothing to look for.
        var looked = state.Looked >= Until(query, state.End) ? state.End : state.Looked;
        return new RowPage(
            state.First, state.End, state.Matches, looked, from, [.. found.OfType<NumberedRow>().Select(rows.ToView)])
        {
            Gone = gone.Count > 0 ? gone : null,
        };
    }

    /// <summary>Looks at rows until the end, or until the time is over; at some in any case. Tells how far it came.</summary>
    private long Look(long from, long end, Action<NumberedRow> look) => RowLook.Run(rows.Store, time, from, end, look);
}
