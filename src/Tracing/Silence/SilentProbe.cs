using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Silence;

/// <summary>A probe of a command that is on a file: a user function or USDT, and what it was bound to.</summary>
/// <param name="Command">The whole command.</param>
/// <param name="Index">Which of its probes.</param>
/// <param name="Target">The file as the command names it.</param>
/// <param name="Name">The one function that is meant, without its version; null for patterns and USDT.</param>
/// <param name="Path">What was opened for the file.</param>
/// <param name="Display">The file's path as people know it.</param>
/// <param name="Offsets">Where in the file the probe is.</param>
/// <param name="Pid">The process of <c>-p</c>; null for all.</param>
internal sealed record SilentProbe(
    CommandSyntax Command, int Index, string Target, string? Name, string Path, string Display,
    IReadOnlyList<ulong> Offsets, int? Pid)
{
    /// <summary>How the function is called in a sentence.</summary>
    public string What => Name ?? Command.Probes[Index].Pattern.Text;

    public string FileName => System.IO.Path.GetFileName(Display);

    /// <summary>The probes of a command that this can be said of.</summary>
    public static IEnumerable<SilentProbe> Of(BoundSpec bound) =>
        bound.FirstSlots.Select((_, index) => Of(bound, index)).OfType<SilentProbe>();

    /// <summary>The slots of a probe's rows: from the first up to, not including, the second.</summary>
    public static (int From, int To) Slots(BoundSpec bound, int index) => (
        bound.FirstSlots[index],
        index + 1 < bound.FirstSlots.Count ? bound.FirstSlots[index + 1] : bound.Targets.Count);

    /// <summary>The same command with the probe's file replaced.</summary>
    public string WithTarget(string target) => WithPlace(place => place switch
    {
        UserFunctionSyntax user => user with { Target = user.Target with { Text = target } },
        UsdtSyntax usdt => usdt with { Target = usdt.Target with { Text = target } },
        _ => place,
    });

    /// <summary>The same command with another function, in another file if one is given.</summary>
    public string WithFunction(string name, string? target = null) => WithPlace(place => place is UserFunctionSyntax user
        ? user with
        {
            Target = user.Target with { Text = target ?? user.Target.Text },
            Pattern = new PatternSyntax(PatternKind.Wildcard, name, user.Pattern.Span),
        }
        : place);

    /// <summary>The same command for one process; instead of another, if it had one.</summary>
    public string WithPid(int pid)
    {
        var definition = Command.Tool.Options.First(option => option.Id == OptionId.Pid);
        var option = new OptionSyntax(definition, $"{pid}", default, default);
        return CommandPrinter.Print(Command with
        {
            Options = [option, .. Command.Options.Where(other => other.Definition.Id != OptionId.Pid)],
        });
    }

    /// <summary>The same command with the probe replaced.</summary>
    public string With(ProbeSyntax probe) => CommandPrinter.Print(Command with
    {
        Probes = [.. Command.Probes.Select((other, index) => index == Index ? probe : other)],
    });

    private string WithPlace(Func<ProbeSyntax, ProbeSyntax> change)
    {
        var probe = Command.Probes[Index];
        return With(ProbePlace.Replace(probe, change(ProbePlace.Of(probe))));
    }

    private static SilentProbe? Of(BoundSpec bound, int index)
    {
        var (from, to) = Slots(bound, index);
        UserProbe[] places = [.. bound.Probes.OfType<UserProbe>().Where(probe => probe.Slot >= from && probe.Slot < to)];
        var target = ProbePlace.Of(bound.Syntax.Probes[index]) switch
        {
            UserFunctionSyntax user => user.Target.Text,
            UsdtSyntax usdt => usdt.Target.Text,
            _ => null,
        };
        return places.Length == 0 || target is null ? null : new SilentProbe(
            bound.Syntax, index, target, NameOf(ProbePlace.Of(bound.Syntax.Probes[index]), bound.Syntax), places[0].Path,
            bound.Targets[from].Where ?? places[0].Path, [.. places.Select(place => place.FileOffset).Distinct()],
            bound.Options.Pid);
    }

    private static string? NameOf(ProbeSyntax place, CommandSyntax command) =>
        place is UserFunctionSyntax { Pattern: { IsExact: true, Text: var text } } && !command.Has(OptionId.Regexp)
            ? text.Split('@')[0]
            : null;
}

/// <summary>The place within a probe, whatever the tool adds to it.</summary>
internal static class ProbePlace
{
    public static ProbeSyntax Of(ProbeSyntax probe) => probe switch
    {
        TraceProbeSyntax trace => trace.Place,
        SpecifierSyntax specifier => specifier.Probe.Place,
        _ => probe,
    };

    /// <summary>The signature, condition and values of a probe of trace or argdist; null for a tool that has none.</summary>
    public static TraceProbeSyntax? Details(ProbeSyntax probe) => probe switch
    {
        TraceProbeSyntax trace => trace,
        SpecifierSyntax specifier => specifier.Probe,
        _ => null,
    };

    /// <summary>The probe with other details.</summary>
    public static ProbeSyntax With(ProbeSyntax probe, TraceProbeSyntax details) => probe is SpecifierSyntax specifier
        ? specifier with
        {
            Probe = details,
            Pattern = details.Pattern,
            Types = details.Values.Count == specifier.Types.Count ? specifier.Types : [],
        }
        : details;

    /// <summary>The probe at another place, with all that the tool added as it was.</summary>
    public static ProbeSyntax Replace(ProbeSyntax probe, ProbeSyntax place) => probe switch
    {
        TraceProbeSyntax trace => trace with { Place = place, Pattern = place.Pattern },
        SpecifierSyntax specifier => With(specifier, specifier.Probe with { Place = place, Pattern = place.Pattern }),
        _ => place,
    };
}
