using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Sessions;
using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Kernel.Tests;

public sealed class UnwindMapsTests
{
    private static readonly MapImage Processes =
        new("processes", MapType.Hash, sizeof(uint), UnwindLayout.ProcessSize, MaxEntries: 1);

    [Fact]
    public void A_file_whose_table_finds_no_room_is_named()
    {
        // A chunk has 8,192 words, and libc 28,000 rows.
        var said = Meet(chunks: 1);
        Assert.Contains("no room for the unwind tables of ", said, StringComparison.Ordinal);
        Assert.Contains("/libc.so.6", said, StringComparison.Ordinal);
        Assert.Null(Meet(chunks: 256));
    }

    private static string? Meet(int chunks)
    {
        const int size = UnwindLayout.WordsOfChunk * sizeof(ulong);
        using var words = BpfMap.Create(new MapImage("words", MapType.Array, sizeof(uint), size, chunks));
        using var processes = BpfMap.Create(Processes);
        using var feeder = new UnwindFeeder(new UnwindMaps(words, processes));
        feeder.Meet(Environment.ProcessId);
        return feeder.WhatIsLeftOut;
    }
}
