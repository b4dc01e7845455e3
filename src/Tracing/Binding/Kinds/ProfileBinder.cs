using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding.Kinds;

/// <summary><c>profile:99hz</c>: one row, of all samples.</summary>
internal static class ProfileBinder
{
    public static void Bind(ProfileSyntax syntax, SpecInProgress spec)
    {
        var slot = spec.AddRow($"profile:{syntax.Hertz}hz", TargetKind.Profile, where: null);
        spec.AddProbe(new ProfileProbe(slot, syntax.Hertz));
    }
}
