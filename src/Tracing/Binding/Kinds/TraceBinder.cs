using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding.Kinds;

/// <summary>
/// A probe of trace: its place is bound as that of any tool; then it is moved to the return or the offset, and told what
/// to send.
/// </summary>
internal static class TraceBinder
{
    /// <summary>Functions whose arguments are shown without being asked for; each has a program of its own.</summary>
    private const int MostWithArguments = 200;

    public static void Bind(TraceProbeSyntax syntax, SpecInProgress spec)
    {
        var first = spec.ProbeCount;
        BindPlace(syntax, spec);
        var count = spec.ProbeCount - first;
        if (syntax.Format is null && count > MostWithArguments)
        {
            spec.Note($"'{syntax.Pattern.Text}' matches {count} places, so arguments are shown of none; name fewer, or a format");
        }

        BindEvents(first, new TraceEventBinder(syntax, spec, showsArguments: count <= MostWithArguments), spec);
    }

    /// <summary>The same for a tool that asks something else at its places.</summary>
    public static void Bind(TraceProbeSyntax syntax, SpecInProgress spec, EventBinder events)
    {
        var first = spec.ProbeCount;
        BindPlace(syntax, spec);
        BindEvents(first, events, spec);
    }

    private static void BindPlace(TraceProbeSyntax syntax, SpecInProgress spec)
    {
        var first = spec.ProbeCount;
        Binder.BindProbe(syntax.Place, spec);
        if (syntax.IsReturn || syntax.Offset is not null)
        {
            spec.Revise(first, probe => Move(probe, syntax, spec));
        }
    }

    private static void BindEvents(int first, EventBinder events, SpecInProgress spec)
    {
        var count = spec.ProbeCount - first;
        spec.Revise(first, events.Bind);
        events.Finish(count);
    }

    private static BoundProbe? Move(BoundProbe probe, TraceProbeSyntax syntax, SpecInProgress spec)
    {
        if (syntax.Offset is { } offset)
        {
            spec.Rename(probe.Slot, $"{spec.Targets[probe.Slot].Name}+0x{offset:x}");
        }

        return probe switch
        {
            KernelFunctionProbe function => function with { IsReturn = syntax.IsReturn, Offset = syntax.Offset ?? 0 },
            UserProbe place => place with
            {
                FileOffset = place.FileOffset + (ulong)(syntax.Offset ?? 0),
                IsReturn = syntax.IsReturn,
                IsEntry = false,
            },
            _ => probe,
        };
    }
}
