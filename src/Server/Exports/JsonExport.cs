using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// Everything about a session in one object: the session, the rows over the whole slice, the blocks, what was lost and
/// what it cost. Written block by block, so that a long recording needs no memory.
/// </summary>
internal static class JsonExport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // A file to be read by programs and people, never markup: quotes need not be escapes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static async Task WriteAsync(ExportedSlice slice, Stream target)
    {
        var (details, total) = (slice.Details, slice.Total);
        // Through a pipe: the serialiser flushes synchronously, which the server's own stream refuses.
        var pipe = PipeWriter.Create(target, new StreamPipeWriterOptions(leaveOpen: true));
        await using var json = new Utf8JsonWriter(pipe, new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = Options.Encoder,
        });
        json.WriteStartObject();
        Write(json, "session", details.Summary);
        Write(json, "options", new { details.Pattern, details.IntervalMs, details.DurationMs, details.Timestamps });
        Write(json, "timing", new { details.AttachMs, details.DetachMs });
        Write(json, "notes", details.Notes);
        if (details.Explanations.Count > 0)
        {
            Write(json, "explanations", details.Explanations);
        }

        Write(json, "from", total.From);
        Write(json, "to", total.To);
        Write(json, "startMs", total.StartMs);
        Write(json, "endMs", total.EndMs);
        Write(json, "rows", Rows(slice, total));
        if (details.Stacks is { } options)
        {
            Write(json, "stackOptions", options);
            await new JsonStacks(slice.Stacks, json, pipe).WriteAllAsync(total);
        }

        if (slice.Distributions is { } distributions)
        {
            Write(json, "distributions", JsonDistributions.Of(distributions, total));
            Write(json, "keysTurnedAway", total.Distributions?.KeysTurnedAway ?? 0);
        }

        json.WriteStartArray("blocks");
        foreach (var (index, fold) in slice.Blocks())
        {
            await WriteBlockAsync(json, pipe, slice, index, fold);
        }

        json.WriteEndArray();
        Write(json, "losses", new { total.Misses, details.Skipped, Events = total.Losses, total.OpenCalls });
        Write(json, "cost", new { total.Runs, total.RunNs });
        json.WriteEndObject();
        await json.FlushAsync();
        await pipe.CompleteAsync();
    }

    private static void Write<T>(Utf8JsonWriter json, string name, T value)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, Options);
    }

    private static async Task WriteBlockAsync(
        Utf8JsonWriter json, PipeWriter pipe, ExportedSlice slice, int index, Fold fold)
    {
        var details = slice.Details;
        json.WriteStartObject();
        Write(json, "index", index);
        Write(json, "from", fold.From);
        Write(json, "to", fold.To);
        Write(json, "startMs", fold.StartMs);
        Write(json, "endMs", fold.EndMs);
        Write(json, "rows", ExportedSlice.Ascending(fold).Select(row => new { details.Targets[row.Slot].Name, row.Count }));
        if (details is { Stacks: not null, IntervalMs: not null })
        {
            await new JsonStacks(slice.Stacks, json, pipe).WriteAsync(fold);
            Write(json, "losses", fold.Losses);
        }

        if (slice.Distributions is { } distributions)
        {
            Write(json, "distributions", JsonDistributions.Of(distributions, fold));
            Write(json, "losses", fold.Losses);
        }

        json.WriteEndObject();
        await json.FlushAsync();
        await pipe.FlushAsync();
    }

    private static IEnumerable<object> Rows(ExportedSlice slice, Fold fold) =>
        from row in ExportedSlice.Ascending(fold)
        let target = slice.Details.Targets[row.Slot]
        select new { target.Slot, target.Name, target.Kind, target.Where, target.Mechanism, target.Aliases, row.Count };
}
