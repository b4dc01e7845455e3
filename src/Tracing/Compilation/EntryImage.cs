using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>
/// What is saved at the entry of functions for their return: by thread, place and depth, so that a function may call
/// itself. Indices of the maps in the image.
/// </summary>
/// <param name="DepthsMap">How deep a thread is in a function: the calls that were entered and not left.</param>
/// <param name="EntriesMap">The time and the arguments of each of these calls.</param>
internal sealed record EntryImage(int DepthsMap, int EntriesMap)
{
    // The key: both maps begin with the thread and the slot.
    internal const int Tid = 0;
    internal const int Slot = 4;
    internal const int DepthKeySize = 8;
    internal const int Depth = 8;
    internal const int EntryKeySize = 16;

    // The value: nanoseconds of the monotonic clock, then the arguments.
    internal const int Time = 0;
    internal const int Arguments = 8;

    /// <summary>Calls at a time; those that ended without returning give way to new ones.</summary>
    private const int Calls = 65_536;

    /// <summary>Adds the maps for the largest of these events; null if none of them needs any.</summary>
    internal static EntryImage? Add(IReadOnlyList<BoundEvent> events, List<MapImage> maps)
    {
        if (events.Max(sent => sent.Saved?.Count) is not { } most)
        {
            return null;
        }

        maps.Add(new("call_depths", MapType.LruHash, DepthKeySize, sizeof(ulong), Calls));
        maps.Add(new("calls", MapType.LruHash, EntryKeySize, Arguments + (most * sizeof(ulong)), Calls));
        return new EntryImage(maps.Count - 2, maps.Count - 1);
    }

    /// <summary>Where an argument lies in the value.</summary>
    internal static short Argument(int index) => (short)(Arguments + (index * sizeof(ulong)));
}
