using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Exports;

/// <summary>Makes files of recordings: the formats that <see cref="ExportFormat"/> lists, each in a class of its own.</summary>
internal static class Exporter
{
    /// <summary>The file, written while it is sent.</summary>
    public static IResult ToResult(ExportedSlice slice, ExportFormat format) => TypedResults.Stream(
        target => WriteAsync(slice, format.Id, target),
        format.MediaType,
        $"{slice.Details.Summary.Tool}-{slice.Details.Summary.Id}{format.Extension}");

    private static Task WriteAsync(ExportedSlice slice, string format, Stream target) => format switch
    {
        "bcc" => BccExport.WriteAsync(slice, target),
        "csv" => CsvExport.WriteAsync(slice, target),
        "json" => JsonExport.WriteAsync(slice, target),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };
}
