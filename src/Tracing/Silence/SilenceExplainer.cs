using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Silence.Reasons;

namespace BpfDashboard.Tracing.Silence;

/// <summary>Says why probes on user functions and USDT count nothing. A new reason is a class and a line here.</summary>
internal sealed class SilenceExplainer(ITracingEngine engine, IKernelCatalog kernel, TimeProvider time, string proc = "/proc")
{
    private const int MaxProbes = 8;
    private const int MaxReasons = 8;
    private const int MaxText = 800;
    private const int MaxCommand = 4000;

    private static readonly ISilenceReason[] Reasons =
    [
        new ProcessState(), new StaticProgram(), new ReplacedFile(), new OtherRoot(), new NotMapped(), new OtherDefinition(),
        new Indirect(), new Condition(), new DirectCalls(), new Relatives(), new Children(),
    ];

    /// <summary>What can be said, the surest first. Takes seconds when it looks at system calls.</summary>
    /// <param name="silent">Which probes of the command.</param>
    /// <param name="atStart">True: only what is certain before anything was counted.</param>
    public async Task<IReadOnlyList<Explanation>> ExplainAsync(
        BoundSpec bound, IReadOnlyCollection<int> silent, bool atStart, CancellationToken cancel)
    {
        var found = new List<Explanation>();
        var host = new HostProcesses(proc);
        foreach (var probe in SilentProbe.Of(bound).Where(probe => silent.Contains(probe.Index)).Take(MaxProbes))
        {
            var process = probe.Pid is { } pid ? host.Find(pid) : null;
            var calls = atStart ? null : await SystemCallTrial.RunAsync(engine, kernel, probe, process, time, cancel);
            var examined = new SilentCase(probe, kernel, process, host, calls, atStart);
            found.AddRange(Reasons.Where(reason => !atStart || reason.IsKnownAtStart)
                .TakeWhile(_ => !cancel.IsCancellationRequested)
                .SelectMany(reason => reason.Explain(examined))
                .Where(explanation => !(atStart && explanation.IsPossible))
                .DistinctBy(explanation => explanation.Command ?? explanation.Text)
                .Take(MaxReasons)
                .Select(explanation => Checked(explanation) with { Probe = probe.Index }));
        }

        cancel.ThrowIfCancellationRequested();
        return found;
    }

    /// <summary>Of a length that fits a page, and with a command only if that could be started here.</summary>
    private Explanation Checked(Explanation explanation) => explanation with
    {
        Text = explanation.Text.Length <= MaxText ? explanation.Text : explanation.Text[..MaxText] + "…",
        Command = explanation.Command is { Length: <= MaxCommand } command && engine.Compile(command) is { Image: not null, Diagnostics.Count: 0 }
            ? command
            : null,
    };
}
