using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Sessions.Host;

namespace BpfDashboard.Tracing;

/// <summary>What this process can do on this host, found by doing it once. <see cref="ToString"/> is the text of it.</summary>
/// <param name="Name">The host's name.</param>
/// <param name="Kernel">Its release as uname names it: "6.18.15-amd64".</param>
public sealed record HostReport(string Name, string Kernel, string Architecture)
{
    /// <summary>"none", "integrity" or "confidentiality"; else why it is not known.</summary>
    public string Lockdown { get; init; } = "not built in";

    /// <summary>Each kind of targets, once.</summary>
    public IReadOnlyList<KindReport> Kinds { get; init; } = [];

    /// <summary>Each way to attach, in the order of <see cref="Kinds"/> and best first.</summary>
    public IReadOnlyList<MechanismReport> Mechanisms { get; init; } = [];

    /// <summary>What else makes tracing better: BTF, the lists of names, run statistics.</summary>
    public IReadOnlyList<HostAbility> Extras { get; init; } = [];

    /// <summary>Settings of the kernel that decide what is allowed, with what they mean for this process.</summary>
    public IReadOnlyList<HostSetting> Settings { get; init; } = [];

    /// <summary>Capabilities this process would use and has not; empty when all is well.</summary>
    public IReadOnlyList<Privilege> MissingPrivileges { get; init; } = [];

    /// <summary>How to get what is missing; empty if nothing is, or nothing can be done.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>Names such as CAP_BPF.</summary>
    public IReadOnlyList<string> MissingCapabilities => [.. MissingPrivileges.Select(privilege => privilege.Name)];

    /// <summary>Kinds, mechanisms and extras in one list.</summary>
    public IReadOnlyList<HostAbility> Abilities =>
    [
        .. Kinds.Select(kind => new HostAbility(kind.Name, kind.Problem)),
        .. Mechanisms.Select(way => new HostAbility(way.Name, way.Problem)),
        .. Extras,
    ];

    /// <summary>Whether all kinds of targets can be probed.</summary>
    public bool IsComplete => Kinds.All(kind => kind.Problem is null);

    /// <summary>Whether the process lacks what every program takes.</summary>
    public bool LacksPrivilege => MissingPrivileges.Any(privilege => privilege.IsVital);

    /// <summary>What is said of a kind.</summary>
    public KindReport? Find(TargetKind kind) => Kinds.FirstOrDefault(report => report.Kind == kind);

    /// <inheritdoc/>
    public override string ToString() => HostReportPrinter.Print(this);
}

/// <summary>A kind of targets: how it would be probed (<paramref name="Uses"/>), or why it cannot be.</summary>
public sealed record KindReport(TargetKind Kind, string? Problem, string? Uses = null)
{
    /// <summary>"kernel functions" …</summary>
    public string Name => Kind switch
    {
        TargetKind.KernelFunction => "kernel functions",
        TargetKind.UserFunction => "user functions",
        TargetKind.Usdt => "USDT probes",
        TargetKind.Profile => "CPU samples",
        _ => "tracepoints",
    };
}

/// <summary>One way to attach: whether this kernel has it.</summary>
/// <param name="Targets">What it attaches to, for people: "user functions and USDT probes".</param>
/// <param name="Problem">Why it does not work, in a sentence; null if it does.</param>
/// <param name="KernelSays">The kernel's own words for it, if it had any.</param>
public sealed record MechanismReport(AttachMechanism Mechanism, string Targets, string? Problem, string? KernelSays)
{
    /// <summary>"uprobe.multi" …</summary>
    public string Name => Mechanism.Describe();
}

/// <summary>One thing a kernel may be able to do; <see cref="Problem"/> is null if it can.</summary>
public sealed record HostAbility(string Name, string? Problem);

/// <summary>A setting of the kernel, as sysctl names it, and what its value means for this process.</summary>
public sealed record HostSetting(string Name, string Value, string Meaning);

/// <summary>A capability and what it is for; nothing works without a vital one.</summary>
public sealed record Privilege(string Name, string For, bool IsVital);

/// <summary>What to do about something missing; the command to type or the line to write, if that is how.</summary>
public sealed record Remedy(string Missing, string How, string? Command = null);
