namespace BpfDashboard.Client.Contracts;

/// <summary>A format in which a session can be exported.</summary>
/// <param name="Id">What <c>?format=</c> calls it.</param>
/// <param name="Label">What it is, for a menu.</param>
/// <param name="MediaType">The Content-Type of the file.</param>
/// <param name="Extension">The end of the file's name, with its dot.</param>
public sealed record ExportFormat(string Id, string Label, string MediaType, string Extension)
{
    private static readonly ExportFormat Bcc =
        new("bcc", "Text, as funccount prints it", "text/plain; charset=utf-8", ".txt");

    private static readonly ExportFormat Csv = new("csv", "CSV", "text/csv; charset=utf-8", ".csv");
    private static readonly ExportFormat Json = new("json", "JSON", "application/json", ".json");

    private static readonly ExportFormat[] OfCounts = [Bcc, Csv, Json];

    private static readonly ExportFormat[] OfStacks =
    [
        new("html", "Flame graph, one HTML file", "text/html; charset=utf-8", ".html"),
        Bcc with { Label = "Text, as stackcount prints it" },
        new("folded", "Folded stacks, for flamegraph.pl", "text/plain; charset=utf-8", ".folded"),
        new("pprof", "pprof, for go tool pprof", "application/gzip", ".pb.gz"),
        new("speedscope", "speedscope", "application/json", ".speedscope.json"),
        Csv,
        Json,
    ];

    private static readonly ExportFormat[] OfDistributions =
        [Bcc with { Label = "Text, as argdist prints it" }, Csv, Json];

    private static readonly ExportFormat[] OfRows =
    [
        Bcc with { Label = "Text, as trace prints it" },
        Csv,
        new("jsonl", "JSON Lines, one object for each event", "application/jsonl; charset=utf-8", ".jsonl"),
    ];

    /// <summary>The formats of a session, in the order of a menu: others for one that has stacks, or events one by one.</summary>
    public static IReadOnlyList<ExportFormat> Of(SessionDetails session) =>
        session.Rows is not null ? OfRows : session.Distributions is not null ? OfDistributions : session.Stacks is null ? OfCounts : OfStacks;
}
