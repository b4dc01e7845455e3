using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions.Attach;

/// <summary>Attaches a program at the entries of functions, then another at their returns.</summary>
internal static class EntriesFirst
{
    /// <returns>The returns that could not be attached, or that would find no entry.</returns>
    /// <exception cref="BpfException">This kernel does not have this way at all.</exception>
    internal static IReadOnlyList<Refusal> Attach(
        IAttacher attacher, BpfProgramImage atEntry, BpfProgramImage atReturn, IReadOnlyList<BoundProbe> returns, Attachments made)
    {
        if (attacher.WhyNoEntries is { } reason)
        {
            throw new BpfException(reason, Errors.OperationNotSupported);
        }

        var entries = returns.ToDictionary(EntryOf);
        var refused = attacher.Attach(atEntry, [.. entries.Keys], made)
            .Select(refusal => refusal with { Probe = entries[refusal.Probe] })
            .ToList();
        var left = returns.Except(refused.Select(refusal => refusal.Probe)).ToList();
        if (left.Count > 0)
        {
            refused.AddRange(attacher.Attach(atReturn, left, made));
        }

        return refused;
    }

    private static BoundProbe EntryOf(BoundProbe atReturn) => atReturn switch
    {
        KernelFunctionProbe function => function with { IsReturn = false },
        UserProbe place => place with { IsReturn = false, IsEntry = true },
        _ => throw new ArgumentException($"{atReturn.GetType().Name} does not return", nameof(atReturn)),
    };
}
