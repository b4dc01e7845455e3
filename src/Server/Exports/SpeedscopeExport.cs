using System.IO.Pipelines;
using System.Text.Json;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// The file format of speedscope (speedscope.app/file-format-schema.json): the frames once, then a sampled profile of
/// everything and one of each process, the busiest first.
/// </summary>
internal static class SpeedscopeExport
{
    public static async Task WriteAsync(ExportedSlice slice, Stream target)
    {
        var stacks = slice.Stacks;
        ExportedStack[] all = [.. stacks.Of(slice.Total)];
        var pipe = PipeWriter.Create(target, new StreamPipeWriterOptions(leaveOpen: true));
        await using var json = new Utf8JsonWriter(pipe);
        json.WriteStartObject();
        json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
        json.WriteString("exporter", "BpfDashboard");
        json.WriteString("name", slice.Details.Summary.Command);
        json.WriteNumber("activeProfileIndex", 0);
        WriteFrames(json, stacks.Frames);
        json.WriteStartArray("profiles");
        WriteProfile(json, stacks, "all processes", all);
        foreach (var process in Processes(all))
        {
            WriteProfile(json, stacks, $"{process.First().Context.Comm} [{process.Key}]", [.. process]);
            await json.FlushAsync();
            await pipe.FlushAsync();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync();
        await pipe.CompleteAsync();
    }

    private static IEnumerable<IGrouping<int, ExportedStack>> Processes(ExportedStack[] all) =>
        all.GroupBy(stack => stack.Context.Pid).OrderByDescending(process => process.Sum(stack => stack.Count));

    private static void WriteFrames(Utf8JsonWriter json, IReadOnlyList<FrameInfo> frames)
    {
        json.WriteStartObject("shared");
        json.WriteStartArray("frames");
        foreach (var frame in frames)
        {
            json.WriteStartObject();
            json.WriteString("name", frame.Offset is { } offset ? $"{frame.Name}+{offset}" : frame.Name);
            if (frame.Module is { } module)
            {
                json.WriteString("file", module);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteProfile(Utf8JsonWriter json, ExportedStacks stacks, string name, ExportedStack[] samples)
    {
        json.WriteStartObject();
        json.WriteString("type", "sampled");
        json.WriteString("name", name);
        json.WriteString("unit", "none");
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", samples.Sum(sample => sample.Count));
        json.WriteStartArray("samples");
        foreach (var sample in samples)
        {
            json.WriteStartArray();
            foreach (var frame in stacks.InnermostFirst(sample.Node).Reverse())
            {
                json.WriteNumberValue(frame);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("weights");
        Array.ForEach(samples, sample => json.WriteNumberValue(sample.Count));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
