using System.ComponentModel;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Exports;
using BpfDashboard.Server.Recordings;

namespace BpfDashboard.Server.Api;

/// <summary>What was recorded in a session, running or not.</summary>
internal static class RecordingsApi
{
    private const int UsualPoints = 1000;

    /// <summary>Maps <c>fold</c>, <c>timeline</c> and <c>export</c> below a session.</summary>
    public static void MapRecordings(this IEndpointRouteBuilder sessions)
    {
        sessions.MapGet("/{id}/fold", Fold).WithName("getFold")
            .WithSummary("What happened in a range of ticks: the sum that a viewer of the range sees")
            .WithDescription(
                "Adjacent ranges add up. Stacks come with what was first seen in the range, so that whoever asks for "
                + "range after range from 0 on gets everything once; definitions=all adds what was seen before it.")
            .Produces<Fold>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        sessions.MapGet("/{id}/timeline", Timeline).WithName("getTimeline")
            .WithSummary("Events over time, of the whole recording")
            .WithDescription("All points hold the same number of ticks, a power of two, but the last, which may hold fewer.")
            .Produces<Timeline>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        sessions.MapGet("/{id}/export", Export).WithName("exportSession")
            .WithSummary("What a session counted, as a file")
            .WithDescription("The session's 'exports' say which formats it has.")
            .Produces<string>(
                StatusCodes.Status200OK, "text/plain", "application/json", "text/csv", "text/html", "application/gzip")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Fold(
        string id,
        SessionManager manager,
        [AsParameters] TickRange range,
        [Description("range (if left out) or all: which frames, nodes, contexts and series are told")] string? definitions)
    {
        if (manager.FindSession(id)?.Recording is not { } recording)
        {
            return TypedResults.NotFound();
        }

        if (range.Problem() is { } problem)
        {
            return Problems.Wrong(problem);
        }

        var (from, to) = range.In(recording);
        return definitions switch
        {
            null or "range" => TypedResults.Ok(recording.Fold(from, to)),
            "all" => TypedResults.Ok(recording.FoldFromNothing(from, to)),
            _ => Problems.Wrong($"There are no definitions '{definitions}'.", "Say range or all."),
        };
    }

    private static IResult Timeline(
        string id,
        SessionManager manager,
        [Description("1 to 2000; 1000 if left out")] int? maxPoints) =>
        (manager.FindSession(id)?.Recording, maxPoints ?? UsualPoints) switch
        {
            (null, _) => TypedResults.NotFound(),
            (_, < 1 or > Timelines.MaxPoints) => Problems.Wrong($"A time line has 1 to {Timelines.MaxPoints} points."),
            var (recording, points) => TypedResults.Ok(recording.Timeline(points)),
        };

    private static IResult Export(
        string id,
        SessionManager manager,
        Exporter exporter,
        [Description("One of the session's 'exports'; bcc if left out")] string? format,
        [AsParameters] TickRange range)
    {
        if (manager.FindSession(id) is not { } session)
        {
            return TypedResults.NotFound();
        }

        if (range.Problem() is { } problem)
        {
            return Problems.Wrong(problem);
        }

        var (from, to) = range.In(session.Recording);
        var slice = new ExportedSlice(session, from, to);
        var formats = slice.Details.Exports;
        return formats.FirstOrDefault(known => known.Id == (format ?? "bcc")) is { } wanted
            ? exporter.ToResult(slice, wanted)
            : Problems.Wrong($"There is no format '{format}'.", $"Formats of this session are {InWords(formats)}.");
    }

    private static string InWords(IReadOnlyList<ExportFormat> formats) =>
        $"{string.Join(", ", formats.SkipLast(1).Select(format => format.Id))} and {formats[^1].Id}";
}
