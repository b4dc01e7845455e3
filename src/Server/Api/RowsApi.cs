using System.ComponentModel;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Server.Sessions;

namespace BpfDashboard.Server.Api;

/// <summary>The events of a session one by one, as the live table shows them.</summary>
internal static class RowsApi
{
    private const string OnlyCounts = "The session only counts: it has no events to show one by one.";

    /// <summary>Maps <c>rows</c>, <c>rows/groups</c> and <c>rows/{number}</c> below a session.</summary>
    public static void MapRows(this IEndpointRouteBuilder sessions)
    {
        sessions.MapGet("/{id}/rows", Rows).WithName("getRows")
            .WithSummary("A window of the events of a session with rows (trace), of those that match")
            .WithDescription(
                "Rows are known by their numbers, from 0 on; those before 'first' were let go of. One answer looks for "
                + "50 ms at most: while 'looked' is smaller than 'end', ask again to get further. "
                + "For all rows of a range, export the session.")
            .Produces<RowPage>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        sessions.MapGet("/{id}/rows/groups", Groups).WithName("getRowGroups")
            .WithSummary("Equal events of a session with rows, counted: a window of the groups, the largest first")
            .WithDescription(
                "Events are equal that are the same in all columns of 'by'. One answer looks for 50 ms at most: while "
                + "'looked' is smaller than 'end', ask again to get further. Of more than 100,000 groups the rest is counted "
                + "together, as 'beyond'.")
            .Produces<GroupPage>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        sessions.MapGet("/{id}/rows/{number:long}", Row).WithName("getRow")
            .WithSummary("All that is known of one event: its values, the fields of structs, its line of text")
            .Produces<RowDetails>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static IResult Groups(string id, SessionManager manager, [AsParameters] GroupsWanted wanted)
    {
        var query = wanted.ToQuery();
        return (manager.FindSession(id)?.Recording, GroupSearch.WhyNot(query)) switch
        {
            (null, _) => TypedResults.NotFound(),
            ({ Rows: null }, _) => Problems.Wrong(OnlyCounts),
            (_, { } problem) => Problems.Wrong(problem),
            ({ Rows: { } rows }, _) => Answer(query.Filter, rows.Search.Groups.Page(query), page => page.Problem),
        };
    }

    private static IResult Rows(string id, SessionManager manager, [AsParameters] RowsWanted wanted)
    {
        var query = wanted.ToQuery();
        return (manager.FindSession(id)?.Recording, RowSearch.WhyNot(query)) switch
        {
            (null, _) => TypedResults.NotFound(),
            ({ Rows: null }, _) => Problems.Wrong(OnlyCounts),
            (_, { } problem) => Problems.Wrong(problem),
            ({ Rows: { } rows }, _) => Answer(query.Filter, rows.Search.Page(query), page => page.Problem),
        };
    }

    private static IResult Answer<TPage>(string? filter, TPage page, Func<TPage, SpecProblem?> problemIn) =>
        problemIn(page) is { } problem
            ? Problems.OfSpec(filter ?? "", [problem], "The filter has mistakes.")
            : TypedResults.Ok(page);

    private static IResult Row(string id, long number, SessionManager manager) =>
        manager.FindSession(id)?.Recording.Rows?.ToDetails(number) is { } details
            ? TypedResults.Ok(details)
            : TypedResults.NotFound();
}

/// <summary>What is asked for, in the query of an address; all of it may be left out.</summary>
internal sealed record RowsWanted
{
    private const int UsualCount = 100;

    [Description("A condition over columns, as comm == \"curl\" && sk_dport == 443; time is in milliseconds")]
    public string? Filter { get; init; }

    [Description("What must be in the text of the event, small letters or capital")]
    public string? Text { get; init; }

    [Description("A column's name to sort by; the order in which events came if left out")]
    public string? Sort { get; init; }

    [Description("true to turn the order around")]
    public bool? Descending { get; init; }

    [Description("Only events with smaller numbers")]
    public long? Until { get; init; }

    [Description("How many matching events to pass over; negative to count from the end; 0 if left out")]
    public long? From { get; init; }

    [Description("How many to answer with, 1 to 500; 100 if left out")]
    public int? Count { get; init; }

    public RowQuery ToQuery() => new(
        Filter, Text, Sort, Descending ?? false, Until, From ?? 0, Count ?? UsualCount);
}

/// <summary>Which equal events are asked for, in the query of an address; all but the columns may be left out.</summary>
internal sealed record GroupsWanted
{
    private const int UsualCount = 100;

    [Description("The columns in which equal events are the same, with commas between, as comm,func; stack stands for both stacks")]
    public string? By { get; init; }

    [Description("A condition over columns, as comm == \"curl\" && sk_dport == 443; time is in milliseconds")]
    public string? Filter { get; init; }

    [Description("What must be in the text of the event, small letters or capital")]
    public string? Text { get; init; }

    [Description("Only events with smaller numbers")]
    public long? Until { get; init; }

    [Description("How many groups to pass over; 0 if left out")]
    public long? From { get; init; }

    [Description("How many to answer with, 1 to 500; 100 if left out")]
    public int? Count { get; init; }

    public GroupQuery ToQuery() => new(
        (By ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        Filter, Text, Until, From ?? 0, Count ?? UsualCount);
}
