using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Server.Recordings;

/// <summary>Counts equal events for viewers, in steps: what was counted is remembered, and the next answer goes on.</summary>
public sealed class GroupSearch
{
    private readonly RowRecording rows;
    private readonly Func<long, long, Action<NumberedRow>, long> look;
    private readonly SearchMemory memory;

    /// <summary>Nothing yet.</summary>
    /// <param name="look">Looks at the rows from a number to another for a while, and tells how far it came.</param>
    internal GroupSearch(RowRecording rows, Func<long, long, Action<NumberedRow>, long> look, SearchMemory memory) =>
        (this.rows, this.look, this.memory) = (rows, look, memory);

    /// <summary>What is wrong with a query but for its filter and columns; null if nothing is.</summary>
    public static string? WhyNot(GroupQuery query) => query switch
    {
        { By.Count: < 1 or > GroupQuery.MaxColumns } => $"Events are counted by 1 to {GroupQuery.MaxColumns} columns.",
        { From: < 0 } => "Groups are counted from 0.",
        _ => RowSearch.WhyNot(new RowQuery(query.Filter, query.Text, null, false, query.Until, query.From, query.Count)),
    };

    /// <summary>The window of groups that a query asks for, the largest first.</summary>
    public GroupPage Page(GroupQuery query)
    {
        var (test, problem) = RowConditions.Of(query.Filter, query.Text, rows);
        var (keys, missing) = GroupKeys.Of(query.By, rows);
        problem ??= missing is null ? null
            : new Diagnostic(default, $"there is no column '{missing}' to count by").ToProblem();
        return problem is null && keys is not null ? Page(query, test, keys)
            : new GroupPage(rows.Store.First, rows.Store.End, 0, 0, 0, rows.Store.End, 0, [], problem);
    }

    private GroupPage Page(GroupQuery query, Func<Row, bool>? test, GroupKeys keys)
    {
        var end = rows.Store.End;
        var until = Math.Min(query.Until ?? end, end);
        var found = Find(query);
        lock (found.Gate)
        {
            var (groups, first) = (found.Value, rows.Store.First);
            groups.Reach(look(Math.Max(groups.Looked, first), until, row =>
            {
                if (test is null || test(row.Row))
                {
                    groups.Add(row, keys.Of(row.Row));
                }
            }));
            found.Size = groups.Size;
            var views = new List<RowGroup>();
            foreach (var group in groups.Largest(query.From, query.Count))
            {
                views.Add(new RowGroup(group.Count, rows.ToView(ExampleOf(group))));
            }

            // Behind the row where a viewer has stopped there is nothing to look for.
            var looked = groups.Looked >= until ? end : groups.Looked;
            return new GroupPage(first, end, groups.Count, groups.Counted, groups.Beyond, looked, Math.Min(query.From, groups.Count), views);
        }
    }

    /// <summary>
    /// What is known already. Who stops goes on with what was counted until then, of events too that are not kept any more.
    /// </summary>
    private Found<RowGroups> Find(GroupQuery query)
    {
        var key = new SearchKey($"count {string.Join(' ', query.By)}", query.Filter, query.Text, query.Until, rows.Clock.Origin);
        var start = query.Until is { } until && memory.Peek<RowGroups>(key) is null ? CountedUntil(key with { Until = null }, until) : null;
        return memory.Get(key, () => start ?? new RowGroups());
    }

    private RowGroups? CountedUntil(SearchKey live, long until)
    {
        if (memory.Peek<RowGroups>(live) is not { } found)
        {
            return null;
        }

        lock (found.Gate)
        {
            return found.Value.Looked <= until ? found.Value.Copy() : null;
        }
    }

    /// <summary>The newest of equal events while it is kept, so that more can be asked of it.</summary>
    private NumberedRow ExampleOf(EqualRows group) =>
        rows.Store.Read(group.Last, 1) is [var row] && row.Number == group.Last ? row : group.Example;
}
