using System.ComponentModel;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Server.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace BpfDashboard.Server.Api;

/// <summary>The distributions of a session, beyond what folds have of them.</summary>
internal static class DistributionsApi
{
    private const int UsualColumns = 200;

    /// <summary>Maps <c>heatmap</c> and <c>slice</c> below a session.</summary>
    public static void MapDistributions(this IEndpointRouteBuilder sessions)
    {
        sessions.MapGet("/{id}/heatmap", HeatMap).WithName("getHeatMap")
            .WithSummary("A histogram of a session with distributions (argdist) over time, of the whole recording")
            .WithDescription("All columns hold the same number of ticks, a power of two, but the last, which may hold fewer.")
            .Produces<HeatMap>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        sessions.MapGet("/{id}/slice", Slice).WithName("getSliceCommands")
            .WithSummary("Commands that look into a part of a distribution: a key, some buckets, or both")
            .Produces<IReadOnlyList<SliceCommand>>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static IResult HeatMap(
        string id,
        SessionManager manager,
        [Description("Which distribution, from 0 on")] int distribution,
        [Description("The id of a key; all together if left out")] int? key,
        [Description("The ids of keys to leave out, once each")] int[]? hidden,
        [Description("1 to 1000; 200 if left out")] int? maxColumns)
    {
        var query = new HeatMapQuery(distribution, key, maxColumns ?? UsualColumns, hidden);
        return manager.FindSession(id)?.Recording switch
        {
            null => TypedResults.NotFound(),
            var recording when recording.WhyNot(query) is { } problem => Problems.Wrong(problem),
            var recording => TypedResults.Ok(recording.HeatMap(query)),
        };
    }

    private static IResult Slice(
        string id,
        SessionManager manager,
        [Description("Which distribution, from 0 on")] int distribution,
        [Description("The id of a key; all if left out")] int? key,
        [Description("The first bucket of a histogram; from the beginning if left out"), FromQuery(Name = "from")] int? fromBucket,
        [Description("The last one; to the end if left out"), FromQuery(Name = "to")] int? toBucket,
        [Description("The ids of keys that are not in it, once each")] int[]? hidden)
    {
        var query = new SliceQuery(distribution, key, fromBucket, toBucket, hidden);
        return manager.FindSession(id) switch
        {
            null => TypedResults.NotFound(),
            var session when session.Recording.WhyNot(query) is { } problem => Problems.Wrong(problem),
            var session => TypedResults.Ok(session.SliceCommandsOf(query)),
        };
    }
}
