using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>Puts the events of several CPUs, which are read one after another, in the order of their time.</summary>
internal static class RowOrder
{
    /// <summary>The same events by time.</summary>
    internal static RowBlock ByTime(RowBlock block)
    {
        var offsets = block.Offsets();
        var bytes = block.Bytes.Span;
        var times = new ulong[offsets.Length];
        for (var index = 0; index < offsets.Length; index++)
        {
            times[index] = MemoryMarshal.Read<ulong>(bytes[(offsets[index] + sizeof(int) + RowRecord.Time)..]);
        }

        Array.Sort(times, offsets);
        var sorted = new byte[bytes.Length];
        var end = 0;
        foreach (var offset in offsets)
        {
            var length = sizeof(int) + MemoryMarshal.Read<int>(bytes[offset..]);
            bytes.Slice(offset, length).CopyTo(sorted.AsSpan(end));
            end += length;
        }

        return new RowBlock(sorted, block.Count);
    }
}
