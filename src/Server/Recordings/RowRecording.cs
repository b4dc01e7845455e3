using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// The rows of a session: takes in those of each tick, by what the command says of them, and finds those that somebody
/// wants to see. One thread adds, any may read.
/// </summary>
public sealed class RowRecording
{
    private readonly string? message;
    private readonly long maxEvents;
    private RowClock clock = new(0, default);

    /// <summary>Nothing yet.</summary>
    /// <param name="maxRows">Most rows kept.</param>
    /// <param name="maxBytes">Most bytes kept.</param>
    public RowRecording(RowRenderer renderer, long maxRows, long maxBytes, TimeProvider? time = null)
    {
        Renderer = renderer;
        Store = new RowStore(maxRows, maxBytes);
        Search = new RowSearch(this, time ?? TimeProvider.System);
        (message, maxEvents) = (renderer.Options.Message, renderer.Options.MaxEvents ?? long.MaxValue);
    }

    /// <summary>Puts rows in words.</summary>
    public RowRenderer Renderer { get; }

    /// <summary>The rows that are kept.</summary>
    public RowStore Store { get; }

    /// <summary>Finds rows.</summary>
    public RowSearch Search { get; }

    /// <summary>When rows happened; set when the session begins, before its first row.</summary>
    public RowClock Clock
    {
        get => Volatile.Read(ref clock);
        set => Volatile.Write(ref clock, value);
    }

    /// <summary>Whether as many came as the command wants to see (<c>-M</c>).</summary>
    public bool IsOver => Store.End >= maxEvents;

    /// <summary>Bytes of memory.</summary>
    public long Size => Store.Size + Search.Size;

    /// <summary>Adds the rows of a tick, which were checked, but for those the command does not want to see.</summary>
    internal LeftOutRows Take(RowBlock block)
    {
        var first = Store.First;
        var offsets = block.Offsets();
        foreach (var offset in Renderer.NeedsProcesses ? offsets : [])
        {
            Renderer.Meet(block.At(offset));
        }

        var wanted = message is null ? offsets : Array.FindAll(
            offsets, offset => Renderer.Words(block.At(offset)).Contains(message, StringComparison.Ordinal));
        var kept = wanted[..(int)Math.Min(wanted.Length, maxEvents - Store.End)];
        Store.Add(kept.Length == offsets.Length ? Trim(block) : block.Pick(kept));
        return new LeftOutRows(Store.First - first, offsets.Length - wanted.Length, wanted.Length - kept.Length);
    }

    /// <summary>The same without unused room behind the rows, which the store would hold but not count.</summary>
    private static RowBlock Trim(RowBlock block) =>
        MemoryMarshal.TryGetArray(block.Bytes, out var bytes) && bytes.Array?.Length > bytes.Count + (bytes.Count / 4)
            ? block with { Bytes = block.Bytes.ToArray() }
            : block;
}
