using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BpfDashboard.Server.Exports;

/// <summary>Makes files of recordings: the formats that <see cref="ExportFormat"/> lists, each in a class of its own.</summary>
internal sealed class Exporter(SessionManager manager, IWebHostEnvironment environment)
{
    /// <summary>The file, written while it is sent; or a problem, if something it is made of is missing.</summary>
    public IResult ToResult(ExportedSlice slice, ExportFormat format) => format.Id switch
    {
        _ when slice.Rows is { } rows => File(slice, format, rows.WriterOf(format)),
        "bcc" => File(slice, format, target => BccExport.WriteAsync(slice, target)),
        "csv" => File(slice, format, target => CsvExport.WriteAsync(slice, target)),
        "json" => File(slice, format, target => JsonExport.WriteAsync(slice, target)),
        "folded" => File(slice, format, target => FoldedExport.WriteAsync(slice, target)),
        "pprof" => File(slice, format, target => PprofExport.WriteAsync(slice, target)),
        "speedscope" => File(slice, format, target => SpeedscopeExport.WriteAsync(slice, target)),
        "html" => HtmlExport.Load(environment.WebRootFileProvider) is { } page
            ? File(slice, format, target => page.WriteAsync(slice, manager.Host.Name, target))
            : Problems.Answer(
                StatusCodes.Status503ServiceUnavailable,
                "The page's script is not built.",
                "Run npm ci and npm run build in src/Client, and build the server again."),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    private static PushStreamHttpResult File(
        ExportedSlice slice, ExportFormat format, Func<Stream, Task> write) => TypedResults.Stream(
        write, format.MediaType, $"{slice.Details.Summary.Tool}-{slice.Details.Summary.Id}{format.Extension}");
}
