using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Server.Sessions;

/// <summary>What the engine found out about the host, in the words of the contracts.</summary>
internal static class HostViews
{
    public static HostInfo ToInfo(this HostReport report) => new(report.Name, report.Kernel, report.Architecture)
    {
        Lockdown = report.Lockdown,
        Kinds = [.. report.Kinds.Select(kind => new KindInfo(IdOf(kind.Kind), kind.Name, kind.Problem, kind.Uses))],
        Mechanisms = [.. report.Mechanisms.Select(way =>
            new MechanismInfo(way.Name, way.Targets, way.Problem, way.KernelSays))],
        Extras = [.. report.Extras.Select(extra => new AbilityInfo(extra.Name, extra.Problem))],
        Settings = [.. report.Settings.Select(setting =>
            new SettingInfo(setting.Name, setting.Value, setting.Meaning))],
        MissingPrivileges = [.. report.MissingPrivileges.Select(missing =>
            new PrivilegeInfo(missing.Name, missing.For, missing.IsVital))],
        Remedies = [.. report.Remedies.Select(remedy => new RemedyInfo(remedy.Missing, remedy.How, remedy.Command))],
        Text = report.ToString(),
    };

    private static string IdOf(TargetKind kind) => kind switch
    {
        TargetKind.KernelFunction => "kernelFunctions",
        TargetKind.UserFunction => "userFunctions",
        TargetKind.Usdt => "usdt",
        TargetKind.Profile => "sampling",
        _ => "tracepoints",
    };
}
