using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// The stacks in the JSON export: all frames once, and stacks that name them by number, the outermost first. A line
/// each, since there may be a hundred thousand of them.
/// </summary>
internal sealed class JsonStacks(ExportedStacks stacks, Utf8JsonWriter json, PipeWriter pipe)
{
    private const int FlushEvery = 1000;

    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Writes the properties <c>frames</c> and <c>stacks</c>.</summary>
    public async Task WriteAllAsync(Fold fold)
    {
        await WriteLinesAsync("frames", stacks.Frames.Select(frame => new
        {
            frame.Name,
            frame.Module,
            Kind = JsonNamingPolicy.CamelCase.ConvertName($"{(FrameKind)frame.Kind}"),
            frame.Offset,
            frame.Address,
        }));
        await WriteAsync(fold);
    }

    /// <summary>Writes the property <c>stacks</c>, ascending by count.</summary>
    public Task WriteAsync(Fold fold) => WriteLinesAsync(
        "stacks",
        from stack in stacks.Of(fold)
        orderby stack.Count
        let who = stack.Context
        select new
        {
            stack.Count,
            who.Pid,
            Tid = who.Tid == 0 ? (int?)null : who.Tid,
            Cpu = who.Cpu < 0 ? (int?)null : who.Cpu,
            who.Comm,
            Quality = stack.Quality.Names(),
            Frames = stacks.InnermostFirst(stack.Node).Reverse(),
        });

    private async Task WriteLinesAsync<T>(string property, IEnumerable<T> items)
    {
        json.WriteStartArray(property);
        foreach (var (index, item) in items.Index())
        {
            // The writer indents its own values only; white space before a value is part of it.
            json.WriteRawValue($"\n    {JsonSerializer.Serialize(item, Compact)}", skipInputValidation: true);
            if (index % FlushEvery == FlushEvery - 1)
            {
                await json.FlushAsync();
                await pipe.FlushAsync();
            }
        }

        json.WriteEndArray();
    }
}
