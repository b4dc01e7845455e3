using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Server.Sessions;

/// <summary>Sessions and compile results in the words of the contracts.</summary>
internal static class SessionViews
{
    public static SessionSummary ToSummary(this Session session)
    {
        var status = session.Status;
        var skipped = session.Bound.Skipped.Count + (status.Report?.Skipped.Count ?? 0);
        return new SessionSummary(
            session.Id, session.Command, session.Bound.Syntax.Tool.Name, status.State, session.StartedAt,
            session.Elapsed.TotalMilliseconds, status.EndReason, session.Bound.Targets.Count, skipped,
            status.Viewers, session.Recording.TotalCount);
    }

    public static SessionDetails ToDetails(this Session session)
    {
        var (status, bound) = (session.Status, session.Bound);
        var mechanisms = status.Report?.Mechanisms;
        return new SessionDetails(
            session.ToSummary(),
            [.. bound.Targets.Select(target => ToInfo(target, mechanisms?.GetValueOrDefault(target.Slot)))],
            [.. bound.Skipped.Concat(status.Report?.Skipped ?? []).Select(ToInfo)],
            [.. bound.Notes, .. status.Report?.Notes ?? []],
            bound.Options.Interval?.TotalMilliseconds,
            bound.Options.Duration?.TotalMilliseconds,
            status.Report?.AttachTime.TotalMilliseconds,
            status.DetachTime?.TotalMilliseconds,
            status.Progress.Done,
            status.Progress.Total,
            bound.Options.Timestamps,
            bound.Options.ShowProgram,
            session.Pattern,
            session.Listing)
        {
            Explanations = [.. status.Explanations.Select(found => new ExplanationInfo(found.Id, found.Text, found.Command))],
            Stacks = bound.Options.Stacks is { } stacks ? ToInfo(stacks, bound) : null,
            Rows = session.Recording.Rows?.Renderer.ToInfo(),
            Distributions = session.Recording.Distributions?.Renderer.ToInfo(bound),
        };
    }

    public static SpecCheck ToCheck(this CompileResult compiled) => new(
        compiled.ToProblems(),
        compiled.Syntax?.ToString(),
        compiled.Bound?.Targets.Count ?? 0,
        [.. (compiled.Bound?.Skipped ?? []).Select(ToInfo)],
        compiled.Bound?.Notes ?? [],
        compiled.Image?.ToString(),
        compiled.ToHelp())
    {
        Summary = compiled.Bound is { Targets: { Count: > 0 } targets } ? Summarise(targets) : null,
    };

    public static IReadOnlyList<SpecProblem> ToProblems(this CompileResult compiled) =>
        [.. compiled.Diagnostics.Select(ToProblem)];

    public static SpecProblem ToProblem(this Diagnostic problem) =>
        new(problem.Span.Start, problem.Span.Length, problem.Message, problem.Hint);

    /// <summary>The tool's usage, if the command asked for it.</summary>
    public static string? ToHelp(this CompileResult compiled) =>
        compiled.Syntax is { } syntax && syntax.Has(OptionId.Help) ? syntax.Tool.Usage() : null;

    /// <summary>All targets of a command are of one kind; they are in one file, unless they are in the kernel.</summary>
    private static string Summarise(IReadOnlyList<Target> targets)
    {
        var noun = KindOf(targets[0].Kind) + (targets.Count == 1 ? "" : "s");
        var file = targets[0].Kind is TargetKind.UserFunction or TargetKind.Usdt ? Path.GetFileName(targets[0].Where) : null;
        return $"{targets.Count:N0} {noun}{(file is null ? "" : $" of {file}")}";
    }

    private static TargetInfo ToInfo(Target target, string? mechanism) => new(
        target.Slot, target.Name, KindOf(target.Kind), target.Where, mechanism, target.Aliases);

    private static StackInfo ToInfo(StackOptions stacks, BoundSpec bound)
    {
        var frequency = SampleFrequency(bound);
        return new StackInfo(
            stacks.Kernel, stacks.User, stacks.PerProcess, bound.Options.Pid is not null, stacks.ByThread, stacks.ByCpu,
            stacks.Offsets, stacks.Addresses, stacks.Delimited, stacks.Folded, frequency is not null, frequency);
    }

    /// <summary>Samples per second and CPU if the probe is a clock; null for others.</summary>
    private static int? SampleFrequency(BoundSpec bound) => bound.Probes.OfType<ProfileProbe>().FirstOrDefault()?.Hertz;

    private static SkippedInfo ToInfo(SkippedTarget skipped) => new(skipped.Name, skipped.Reason);

    private static string KindOf(TargetKind kind) => kind switch
    {
        TargetKind.KernelFunction => "kernel function",
        TargetKind.UserFunction => "user function",
        TargetKind.Tracepoint => "tracepoint",
        TargetKind.Usdt => "USDT probe",
        TargetKind.Profile => "clock",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
