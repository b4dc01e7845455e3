using BpfDashboard.Tracing.Compilation.Actions;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>What is done at hits of some probes.</summary>
/// <param name="Filter">Which hits; of calls that have entry and return, both.</param>
/// <param name="AtHit">What is done at each that passes the filter.</param>
internal sealed record ProbeWork(Filter Filter, IAction AtHit)
{
    /// <summary>Of returns that ask for their entries: what is done there; else null.</summary>
    public EntryWork? Entry { get; init; }
}

/// <summary>What is done at the entries of functions, for their returns.</summary>
/// <param name="Save">Done at each entry that passes the filter.</param>
/// <param name="Session">How entry and return share a program; null where more is asked of the entry than that has room for.</param>
internal sealed record EntryWork(SaveAction Save, SessionWork? Session);

/// <summary>What a session probe does, at entries and at returns.</summary>
internal sealed record SessionWork(EntryInCookie Kept, IAction AtReturn);
