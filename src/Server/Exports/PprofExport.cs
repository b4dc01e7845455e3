using System.Globalization;
using System.IO.Compression;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// The gzipped profile.proto of pprof (github.com/google/pprof/proto/profile.proto): a sample per stack and context,
/// with labels pid, tid, cpu and comm; a location and perhaps a function per frame; a mapping per module. The comments
/// have the command and what was lost.
/// </summary>
internal sealed class PprofExport : IDisposable
{
    private readonly ExportedSlice slice;
    private readonly ExportedStacks stacks;
    private readonly ProtobufMessage profile = new();
    private readonly Dictionary<string, long> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> mappings = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string? Module), long> functions = [];
    private readonly HashSet<int> locations = [];

    private PprofExport(ExportedSlice slice)
    {
        (this.slice, stacks) = (slice, slice.Stacks);
        Text(""); // must be the first
    }

    public static async Task WriteAsync(ExportedSlice slice, Stream target)
    {
        using var export = new PprofExport(slice);
        export.AddAll();
        await using var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);
        await export.profile.CopyToAsync(gzip);
    }

    public void Dispose() => profile.Dispose();

    private void AddAll()
    {
        var options = slice.Details.Stacks;
        AddValueType(field: 1, options is { Sampled: true } ? "samples" : "events", "count");
        int? period = options is { Sampled: true, Frequency: > 0 and var frequency } ? 1_000_000_000 / frequency : null;
        if (period is { } nanoseconds)
        {
            // What a CPU profile has, so that tools show times.
            AddValueType(field: 1, "cpu", "nanoseconds");
            AddValueType(field: 11, "cpu", "nanoseconds");
            profile.Add(12, (long)nanoseconds);
        }

        foreach (var stack in stacks.Of(slice.Total))
        {
            AddSample(stack, period);
        }

        AddHeader();
        foreach (var text in texts.OrderBy(text => text.Value))
        {
            profile.Add(6, text.Key);
        }
    }

    private void AddSample(ExportedStack stack, int? period)
    {
        int[] frames = [.. stacks.InnermostFirst(stack.Node)];
        Array.ForEach(frames, AddLocation);
        var who = stack.Context;
        profile.Add(2, sample =>
        {
            sample.AddPacked(1, frames.Select(frame => frame + 1L));
            sample.AddPacked(2, period is { } nanoseconds ? [stack.Count, stack.Count * nanoseconds] : [stack.Count]);
            AddLabel(sample, "pid", who.Pid);
            AddLabel(sample, "tid", who.Tid);
            AddLabel(sample, "cpu", who.Cpu, none: -1);
            sample.Add(3, label => label.Add(1, Text("comm")).Add(2, Text(who.Comm)));
        });
    }

    private void AddLabel(ProtobufMessage sample, string key, long value, long none = 0)
    {
        if (value != none)
        {
            sample.Add(3, label => label.Add(1, Text(key)).Add(3, value));
        }
    }

    private void AddLocation(int id)
    {
        if (locations.Add(id))
        {
            var frame = stacks.Frames[id];
            var (mapping, function) = (Mapping(frame.Module), Function(frame));
            profile.Add(4, location => location
                .Add(1, id + 1L).Add(2, mapping).Add(3, Address(frame)).Add(4, line => line.Add(1, function)));
        }
    }

    private static ulong Address(FrameInfo frame) => frame.Address is ['0', 'x', .. var digits]
        ? ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : 0;

    private long Function(FrameInfo frame)
    {
        var key = (frame.Name, frame.Module);
        if (!functions.TryGetValue(key, out var id))
        {
            functions[key] = id = functions.Count + 1;
            var name = Text(frame.Name);
            profile.Add(5, function => function.Add(1, id).Add(2, name).Add(3, name));
        }

        return id;
    }

    /// <summary>0 is none. They have functions, so that no tool goes and looks for them in files of its own host.</summary>
    private long Mapping(string? module)
    {
        if (module is null)
        {
            return 0;
        }

        if (!mappings.TryGetValue(module, out var id))
        {
            mappings[module] = id = mappings.Count + 1;
            profile.Add(3, mapping => mapping.Add(1, id).Add(5, Text(module)).Add(7, 1));
        }

        return id;
    }

    private void AddHeader()
    {
        var (details, total) = (slice.Details, slice.Total);
        var begin = details.Summary.StartedAt.AddMilliseconds((details.AttachMs ?? 0) + total.StartMs);
        profile.Add(9, (begin - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);
        profile.Add(10, (long)((total.EndMs - total.StartMs) * 1_000_000));
        var losses = total.Losses.Select(loss => Text($"{loss.Count} {loss.Reason}"));
        profile.AddPacked(13, [Text(details.Summary.Command), .. losses]);
    }

    private void AddValueType(int field, string type, string unit) =>
        profile.Add(field, value => value.Add(1, Text(type)).Add(2, Text(unit)));

    /// <summary>The place of a text in the table. pprof prints names to terminals as they are.</summary>
    private long Text(string text)
    {
        var plain = PlainText.Escape(text);
        if (!texts.TryGetValue(plain, out var place))
        {
            texts[plain] = place = texts.Count;
        }

        return place;
    }
}
