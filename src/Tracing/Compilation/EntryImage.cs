using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>
/// What is saved at the entry of functions for their return: by process, place and where the stack stood, which is the same
/// at the return. So calls may nest, leave by longjmp, and run on stacks of their own. Indices of the maps in the image.
/// </summary>
/// <param name="CallsMap">The time and the arguments of calls.</param>
/// <param name="OpenMap">
/// How many calls were entered and have not returned, a u64 for each slot, per CPU: the sum over all CPUs is what counts.
/// </param>
public sealed record EntryImage(int CallsMap, int OpenMap)
{
    // The key.
    internal const int Tgid = 0;
    internal const int Slot = 4;

    /// <summary>Where the stack stood at the function's first instruction.</summary>
    internal const int Place = 8;
    internal const int KeySize = 16;

    // The value.

    /// <summary>
    /// The key's place again while the call is open, 0 once it has returned. Another place is that of another call, for
    /// which the full map took this entry away in the moment it was looked up.
    /// </summary>
    internal const int OpenPlace = 0;

    /// <summary>Nanoseconds of the monotonic clock.</summary>
    internal const int Time = 8;
    internal const int Arguments = 16;

    /// <summary>Calls at a time; those that ended without returning give way to new ones.</summary>
    private const int Calls = 65_536;

    /// <summary>Adds the maps for the largest of these events; null if none of them needs any.</summary>
    internal static EntryImage? Add(IReadOnlyList<BoundEvent> events, int slots, List<MapImage> maps)
    {
        if (events.Max(asked => asked.Entry?.Arguments.Count) is not { } most)
        {
            return null;
        }

        return Add(most, slots, maps);
    }

    /// <summary>Adds the maps for so many arguments at most.</summary>
    internal static EntryImage Add(int arguments, int slots, List<MapImage> maps)
    {
        maps.Add(new("calls", MapType.LruHash, KeySize, Argument(arguments), Calls));
        maps.Add(new("open_calls", MapType.PerCpuArray, sizeof(uint), sizeof(ulong), slots));
        return new EntryImage(maps.Count - 2, maps.Count - 1);
    }

    /// <summary>Where an argument lies in the value.</summary>
    internal static short Argument(int index) => (short)(Arguments + (index * sizeof(ulong)));
}
