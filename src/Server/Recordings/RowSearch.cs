using System.Globalization;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// Finds the rows that viewers want to see. What was found for the last few filters is remembered, so that the next
/// answer costs only what came since; and no answer looks for longer than <see cref="Budget"/>: it says how far it came.
/// </summary>
public sealed class RowSearch(RowRecording rows, TimeProvider time)
{
    /// <summary>How long one answer may look at rows.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest free text, in UTF-16 units.</summary>
    public const int MaxText = 4096;

    /// <summary>Filters that are remembered: 128 kB for a million rows. Orders take 32 MB, and those of texts 100.</summary>
    private const int MaxFilters = 8;
    private const int MaxOrders = 2;

    /// <summary>Rows that are sorted for one answer: putting them in their places takes as long as looking at them.</summary>
    private const int MaxSorted = 100_000;

    /// <summary>Rows between two looks at the clock.</summary>
    private const int Stride = 256;

    private readonly Lock gate = new();
    private readonly List<Found> recent = [];

    /// <summary>Bytes of memory.</summary>
    public long Size
    {
        get
        {
            lock (gate)
            {
                return recent.Sum(found => found.Size);
            }
        }
    }

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
        var diagnostics = new List<Diagnostic>();
        var filter = string.IsNullOrWhiteSpace(query.Filter) ? null
            : RowFilter.Parse(query.Filter, rows.Renderer, rows.Clock, diagnostics);
        var keys = query.SortBy is null ? null : RowOrder.KeysOf(query.SortBy, rows);
        var end = rows.Store.End;
        if (diagnostics.Count > 0)
        {
            return Wrong(diagnostics[0], end);
        }

        if (query.SortBy is not null && keys is null)
        {
            return Wrong(new Diagnostic(default, $"there is no column '{query.SortBy}' to sort by"), end);
        }

        var test = Test(filter, string.IsNullOrEmpty(query.Text) ? null : query.Text);
        return keys is not null ? Sorted(query, test, keys, end)
            : test is not null ? Matching(query, test, end)
            : All(query, end);
    }

    private static long Offset(RowQuery query, long matches) =>
        query.From < 0 ? Math.Max(0, matches + query.From) : Math.Min(query.From, matches);

    /// <summary>A viewer who has stopped at some row is not told of what is behind it.</summary>
    private static long Until(RowQuery query, long end) => Math.Min(query.Until ?? end, end);

    private RowPage Wrong(Diagnostic problem, long end) => new(
        rows.Store.First, end, 0, end, 0, [],
        new SpecProblem(problem.Span.Start, problem.Span.Length, problem.Message, problem.Hint));

    private Func<Row, bool>? Test(RowFilter? filter, string? text) => (filter, text) switch
    {
        (null, null) => null,
        ({ } condition, null) => condition.Matches,
        (null, { } wanted) => row => Has(row, wanted),
        var (condition, wanted) => row => condition.Matches(row) && Has(row, wanted),
    };

    private bool Has(Row row, string text) =>
        RowRenderer.Comm(row).Contains(text, StringComparison.OrdinalIgnoreCase)
        || rows.Renderer.Function(row).Contains(text, StringComparison.OrdinalIgnoreCase)
        || row.Pid.ToString(CultureInfo.InvariantCulture).Contains(text, StringComparison.Ordinal)
        || row.Tid.ToString(CultureInfo.InvariantCulture).Contains(text, StringComparison.Ordinal)
        || rows.Renderer.Words(row).Contains(text, StringComparison.OrdinalIgnoreCase);

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
        var found = Find(new Key(query.Filter, query.Text, null, null, rows.Clock.Origin), () => new Found { Set = new MatchSet() });
        lock (found.Gate)
        {
            var set = found.Set ?? throw new InvalidOperationException("A search without an order is a set.");
            var first = rows.Store.First;
            set.Forget(first);
            Look(set.Looked, end, row => set.Add(row.Number, test(row.Row)));
            found.Size = set.Size;
            var matches = set.CountBefore(Until(query, end));
            var from = Offset(query, matches);
            var numbers = set.From(from).Take((int)Math.Min(query.Count, matches - from)).ToList();
            return Page(query, first, end, matches, set.Looked, from, numbers);
        }
    }

    private RowPage Sorted(
        RowQuery query, Func<Row, bool>? test, Func<Row, (Int128? Number, string? Text)> keys, long end)
    {
        var key = new Key(query.Filter, query.Text, query.SortBy, query.Until, rows.Clock.Origin);
        var found = Find(key, () => new Found { Order = new RowOrder() });
        lock (found.Gate)
        {
            var order = found.Order ?? throw new InvalidOperationException("A search with a column is an order.");
            var first = rows.Store.First;
            order.Reach(first);
            Look(order.Looked, Math.Min(Until(query, end), order.Looked + MaxSorted), row => Add(order, row, test, keys));
            order.Settle(first);
            found.Size = order.Size;
            var from = Offset(query, order.Count);
            var numbers = Enumerable.Range((int)from, (int)Math.Min(query.Count, order.Count - from))
                .Select(place => order.At(query.Descending ? order.Count - 1 - place : place)).ToList();
            return Page(query, first, end, order.Count, order.Looked, from, numbers);
        }
    }

    private static void Add(
        RowOrder order, NumberedRow row, Func<Row, bool>? test, Func<Row, (Int128? Number, string? Text)> keys)
    {
        if (test is null || test(row.Row))
        {
            order.Add(row.Number, keys(row.Row));
        }

        order.Reach(row.Number + 1);
    }

    /// <summary>Without what was let go of meanwhile.</summary>
    private RowPage Page(
        RowQuery query, long first, long end, long matches, long looked, long from, IReadOnlyList<long> numbers)
    {
        var views = numbers.SelectMany(number => rows.Store.Read(number, 1).Where(row => row.Number == number));

        // Behind the row where a viewer has stopped there is nothing to look for.
        looked = looked >= Until(query, end) ? end : looked;
        return new RowPage(first, end, matches, looked, from, [.. views.Select(rows.ToView)]);
    }

    /// <summary>Looks at rows until the end, or until the time is over; at some in any case.</summary>
    private void Look(long from, long end, Action<NumberedRow> look)
    {
        var started = time.GetTimestamp();
        while (from < end)
        {
            var chunk = rows.Store.Read(from, (int)Math.Min(Stride, end - from));
            foreach (var row in chunk.Where(row => row.Number < end))
            {
                look(row);
            }

            from = chunk.Count > 0 ? chunk[^1].Number + 1 : end;
            if (time.GetElapsedTime(started) >= Budget)
            {
                return;
            }
        }
    }

    private Found Find(Key key, Func<Found> make)
    {
        lock (gate)
        {
            var index = recent.FindIndex(one => one.Key == key);
            var found = index >= 0 ? recent[index] : make();
            found.Key = key;
            recent.Remove(found);
            recent.Add(found);
            Forget(one => one.Set is not null, MaxFilters);
            Forget(one => one.Order is not null, MaxOrders);
            return found;
        }
    }

    private void Forget(Predicate<Found> isOfKind, int most)
    {
        if (recent.Count(one => isOfKind(one)) > most)
        {
            recent.RemoveAt(recent.FindIndex(isOfKind));
        }
    }

    private sealed record Key(string? Filter, string? Text, string? SortBy, long? Until, long Origin);

    /// <summary>What is known for a filter: the rows that match, or those in an order.</summary>
    private sealed class Found
    {
        public Lock Gate { get; } = new();

        public Key? Key { get; set; }

        public MatchSet? Set { get; init; }

        public RowOrder? Order { get; init; }

        public long Size { get; set; }
    }
}
