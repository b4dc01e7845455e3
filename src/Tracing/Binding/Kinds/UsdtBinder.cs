using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding.Kinds;

/// <summary><c>u:lib:probe</c>: one row per probe; all places it was compiled into count together.</summary>
internal static class UsdtBinder
{
    public static void Bind(UsdtSyntax syntax, SpecInProgress spec)
    {
        if (BinaryBinder.Bind(syntax.Target, spec) is not { } named)
        {
            return;
        }

        var libc = Matches(syntax, named).Count == 0 ? BinaryBinder.Successor(named, spec) : null;
        var file = libc ?? named;
        var matches = Matches(syntax, file);
        if (matches.Count == 0)
        {
            ReportUnknown(syntax, named, file, spec);
        }
        else if (spec.Allows(matches.Sum(probe => probe.Sites.Count), syntax.Pattern))
        {
            AddRows(matches, file, spec);
            if (libc is not null)
            {
                spec.Note($"{named.FileName} has been empty since glibc 2.34; "
                    + $"probed are the USDT probes of {libc.Display}");
            }
        }
    }

    private static List<UsdtProbe> Matches(UsdtSyntax syntax, BoundBinary file)
    {
        var matcher = PatternMatcher.For(syntax);
        return [.. file.Binary.UsdtProbes.Where(probe =>
            (syntax.Provider is null || syntax.Provider.Text == probe.Provider) && matcher.Matches(probe.Name))];
    }

    private static void AddRows(List<UsdtProbe> probes, BoundBinary file, SpecInProgress spec)
    {
        var ambiguous = probes.GroupBy(probe => probe.Name)
            .Where(group => group.Skip(1).Any()).Select(group => group.Key).ToHashSet();
        foreach (var probe in probes)
        {
            var name = ambiguous.Contains(probe.Name) ? $"{probe.Provider}:{probe.Name}" : probe.Name;
            var slot = spec.AddRow(name, TargetKind.Usdt, file.Display);
            foreach (var site in probe.Sites)
            {
                spec.AddProbe(new UserProbe(slot, file.Binary.Path, site.FileOffset, site.SemaphoreOffset)
                {
                    Operands = site.Arguments,
                });
            }
        }
    }

    private static void ReportUnknown(UsdtSyntax syntax, BoundBinary named, BoundBinary file, SpecInProgress spec)
    {
        var probes = file.Binary.UsdtProbes;
        var providers = probes.Select(probe => probe.Provider).Distinct().ToList();
        if (probes.Count == 0)
        {
            spec.Error(syntax.Target.Span, $"{named.Display} has no USDT probes", WhyNone(named, file));
        }
        else if (syntax.Provider is { } provider && !providers.Contains(provider.Text))
        {
            spec.Error(provider.Span, $"unknown USDT provider '{provider.Text}' in {file.Display}",
                Suggestions.DidYouMean(provider.Text, providers, 3) ?? $"it has: {NameList.Print(providers, 8)}");
        }
        else
        {
            var names = probes.Select(probe => probe.Name).Distinct().ToList();
            spec.Error(syntax.Pattern.Span, $"{PatternHints.Missing("USDT probe", syntax.Pattern)} in {file.Display}",
                PatternHints.For(syntax, names) ?? $"it has: {NameList.Print(names, 8)}");
        }
    }

    private static string WhyNone(BoundBinary named, BoundBinary file) => named == file
        ? "it was built without them (sys/sdt.h); count a function of it instead"
        : $"glibc 2.34 moved them to libc, and {file.Display} was built without them; "
            + "count functions, as in c:pthread_mutex_*";
}
