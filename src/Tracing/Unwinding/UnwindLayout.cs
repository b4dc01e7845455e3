using System.Runtime.InteropServices;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// How tables lie in the maps, as the program that unwinds and the code that fills them must agree on it. All tables
/// share one array of words of 8 bytes, in chunks. A file's part begins with an index: one word for every KiB of
/// addresses, saying which rows cover it, so that few rows are left to search.
/// </summary>
internal static class UnwindLayout
{
    /// <summary>Bytes of addresses that one word of the index covers, as a power of two.</summary>
    internal const int BucketShift = 10;

    /// <summary>Rows of one bucket at most; eight halvings find one of 256. LLVM and CoreCLR have up to 250.</summary>
    internal const int MaxRowsOfBucket = 255;
    internal const int RowSteps = 8;

    /// <summary>Words of a chunk, as a power of two. The rows of a bucket lie in one chunk.</summary>
    internal const int ChunkShift = 13;
    internal const int WordsOfChunk = 1 << ChunkShift;

    /// <summary>Executable mappings of a process at most; the rest is unwound by frame pointers.</summary>
    internal const int MaxMappings = 256;
    internal const int MappingSteps = 8;

    /// <summary>The value of a process: count of mappings (8 bytes), then the mappings by ascending address.</summary>
    internal const int MappingsOffset = 8;
    internal const int MappingShift = 5;
    internal const int ProcessSize = MappingsOffset + (MaxMappings << MappingShift);

    /// <summary>A word of the index.</summary>
    internal static ulong Bucket(uint firstWord, int rows) => ((ulong)rows << 32) | firstWord;

    /// <summary>A row as a word.</summary>
    internal static ulong Word(UnwindRow row) => ((ulong)row.Rule << 32) | row.Address;
}

/// <summary>An executable mapping as the program reads it.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Origin">The address at which relative address 0 of the file would lie.</param>
/// <param name="Index">The word that begins the file's index.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct UnwindMapping(ulong Start, ulong Length, ulong Origin, ulong Index);

/// <summary>How an unwound stack ended: the word that the program leaves beside it.</summary>
[Flags]
internal enum UnwindEnd
{
    /// <summary>At the outermost function of its thread.</summary>
    Complete = 0,

    /// <summary>There was no more room.</summary>
    Depth = 1,

    /// <summary>The stack's memory could not be read.</summary>
    Fault = 2,

    /// <summary>What was found was no plausible caller.</summary>
    Implausible = 3,

    /// <summary>Beside the others: somewhere there was no table, and the frame pointer was followed.</summary>
    UsedFramePointer = 0x100,
}
