using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions.Attach;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Attaches groups of probes by the first way that works, and hands what one way refuses to the next: decided by
/// trying, never by version.
/// </summary>
internal sealed class GroupAttacher(Attachments made, IReadOnlyList<Target> targets)
{
    private readonly Dictionary<int, string> _mechanisms = [];
    private readonly List<SkippedTarget> _skipped = [];
    private readonly List<BpfException> _missingWays = [];
    private readonly List<string> _notes = [];
    private string? _unwindingRefused;

    /// <exception cref="BpfException">Not one probe could be attached.</exception>
    internal AttachReport Attach(IReadOnlyList<ProbeGroup> groups)
    {
        foreach (var group in groups)
        {
            Attach(group);
        }

        return _mechanisms.Count > 0
            ? new AttachReport(_mechanisms, _skipped, TimeSpan.Zero) { Notes = _notes }
            : throw NothingAttached();
    }

    private void Attach(ProbeGroup group)
    {
        var left = group.Probes;
        var reasons = new Dictionary<BoundProbe, Refusal>();
        foreach (var alternative in group.Alternatives.TakeWhile(_ => left.Count > 0))
        {
            var refusals = Try(alternative, left);
            NoteFramePointers(group, alternative, isWorking: refusals?.Count < left.Count);
            var refused = refusals?.Select(refusal => refusal.Probe).ToHashSet() ?? [.. left];
            foreach (var probe in left.Where(probe => !refused.Contains(probe)))
            {
                _mechanisms[probe.Slot] = alternative.Mechanism.Describe();
            }

            foreach (var refusal in refusals ?? [])
            {
                // The first way's word is kept: the later ones are the older and vaguer ones.
                reasons.TryAdd(refusal.Probe, refusal);
            }

            left = [.. left.Where(refused.Contains)];
        }

        Skip(left, reasons);
    }

    /// <summary>Says so once, if stacks have to do without tables that were meant to be used.</summary>
    private void NoteFramePointers(ProbeGroup group, Alternative way, bool isWorking)
    {
        if (isWorking && !way.Program.Unwinds && _notes.Count == 0 && _unwindingRefused is { } refusal
            && group.Alternatives.Any(other => other.Program.Unwinds))
        {
            _notes.Add($"User stacks are followed by frame pointers only, since this kernel refused to unwind: {refusal}");
        }
    }

    /// <summary>The refusals, or null if this kernel does not have this way.</summary>
    private IReadOnlyList<Refusal>? Try(Alternative alternative, IReadOnlyList<BoundProbe> probes)
    {
        var mark = made.Mark();
        try
        {
            var attacher = Attachers.For(alternative.Mechanism);
            var refusals = alternative.Entry is { } entry
                ? EntriesFirst.Attach(attacher, entry, alternative.Program, probes, made)
                : attacher.Attach(alternative.Program, probes, made);
            if (refusals.Count == probes.Count)
            {
                // A program that is attached to nothing is of no use.
                made.RollBack(mark);
            }

            return refusals;
        }
        catch (BpfException unavailable)
        {
            _missingWays.Add(new BpfException(
                $"{alternative.Mechanism.Describe()}: {unavailable.Message}", unavailable.Errno,
                unavailable.VerifierLog));
            made.RollBack(mark);
            _unwindingRefused ??= alternative.Program.Unwinds ? unavailable.Message : null;
            return null;
        }
    }

    /// <summary>A slot with several places (USDT sites) is skipped only if none of them could be attached.</summary>
    private void Skip(IReadOnlyList<BoundProbe> probes, Dictionary<BoundProbe, Refusal> reasons)
    {
        foreach (var slot in probes.GroupBy(probe => probe.Slot))
        {
            var name = targets[slot.Key].Name;
            var reason = reasons.GetValueOrDefault(slot.First())?.Reason ?? MissingWays();
            var attachedElsewhere = _mechanisms.ContainsKey(slot.Key);
            _skipped.Add(new SkippedTarget(
                attachedElsewhere ? $"{name} ({slot.Count()} of its places)" : name, reason));
        }
    }

    private string MissingWays() =>
        _missingWays.Count == 0 ? "the kernel refused" : string.Join("; ", _missingWays.Select(way => way.Message));

    private BpfException NothingAttached()
    {
        // With a log it is the verifier's word on one program, such as a function that only newer kernels let it call.
        var privilege = _missingWays.Exists(way => way is { Errno: Errors.NoPermission or Errors.Access, VerifierLog: "" });
        var log = _missingWays.Select(way => way.VerifierLog).FirstOrDefault(text => text.Length > 0) ?? "";
        return new BpfException(
            _skipped.Count == 0 ? "nothing to attach to" : $"nothing could be attached: {_skipped[0].Reason}",
            _missingWays.FirstOrDefault()?.Errno ?? 0,
            log,
            privilege ? "This needs root, or CAP_BPF and CAP_PERFMON; kernel lockdown forbids it too." : null);
    }
}
