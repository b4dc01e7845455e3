using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// What is sent of the hits of one probe syntax: its predicate and values, checked for each place that its pattern
/// matches. A place where they make no sense is left out, unless none is left.
/// </summary>
/// <param name="showsArguments">Whether, without a format, everything that is known by name is shown.</param>
internal sealed class EventBinder(TraceProbeSyntax syntax, SpecInProgress spec, bool showsArguments)
{
    private readonly List<Diagnostic> _problems = [];
    private readonly List<BoundProbe> _entries = [];
    private int _refused;

    /// <summary>The probe with its event; null where it makes no sense.</summary>
    public BoundProbe? Bind(BoundProbe probe)
    {
        var found = new List<Diagnostic>();
        var scopes = new EventScopes(spec, syntax, found);
        if (scopes.Of(probe) is { } scope && Event(scope, scopes.TypesOf(probe), found) is { } bound)
        {
            var sent = probe with { EventIndex = spec.AddEvent(bound) };
            if (bound.Saved is not null)
            {
                _entries.Add(EntryOf(sent));
            }

            return sent;
        }

        _refused++;
        spec.Skip(spec.Targets[probe.Slot].Name, found.Count > 0 ? found[0].Message : "nothing is known of it");
        if (_problems.Count == 0)
        {
            _problems.AddRange(found);
        }

        return null;
    }

    /// <summary>Reports what was wrong if that was so everywhere; adds the probes at entries that returns need.</summary>
    public void Finish(int count)
    {
        _entries.ForEach(spec.AddProbe);
        if (_refused == count)
        {
            _problems.ForEach(problem => spec.Error(problem.Span, problem.Message, problem.Hint));
        }
    }

    private static BoundProbe EntryOf(BoundProbe atReturn) => atReturn switch
    {
        KernelFunctionProbe function => function with { IsReturn = false, IsSaving = true },
        UserProbe place => place with { IsReturn = false, IsEntry = true, IsSaving = true },
        _ => throw new ArgumentException($"{atReturn.GetType().Name} does not return", nameof(atReturn)),
    };

    private BoundEvent? Event(ProbeScope scope, ITypeSource types, List<Diagnostic> found)
    {
        var predicate = syntax.Predicate is { } condition ? Checker.Condition(condition, scope, types, found) : null;
        var values = syntax.Format is { } format ? Asked(format, scope, types, found)
            : showsArguments ? Known(scope, types)
            : [];
        if (found.Count > 0)
        {
            return null;
        }

        var bound = new BoundEvent(scope, predicate, syntax.Format, values)
        {
            Saved = EntryNeeds.Of(values.Select(value => value.Value).Concat(predicate is null ? [] : [predicate])),
        };
        return HasRoom(bound, found) ? bound : null;
    }

    private bool HasRoom(BoundEvent bound, List<Diagnostic> found)
    {
        var size = new EventLayout(bound, spec.Rows).Size;
        if (size > EventLayout.MaxSize)
        {
            found.Add(new Diagnostic(
                syntax.Span, $"an event would take {size} bytes; there is room for {EventLayout.MaxSize}",
                "show fewer texts and structs, or make texts shorter with -Z"));
        }

        return size <= EventLayout.MaxSize;
    }

    private List<EventValue> Asked(FormatSyntax format, ProbeScope scope, ITypeSource types, List<Diagnostic> found)
    {
        if (syntax.Values.Count > BoundEvent.MaxValues)
        {
            found.Add(new Diagnostic(
                syntax.Values[BoundEvent.MaxValues].Span, $"an event has at most {BoundEvent.MaxValues} values", "leave some out"));
        }

        var arguments = new FormatChecker(scope, types, found).Check(format, syntax.Values) ?? [];
        var names = ColumnNames.Of(syntax.Values);
        return
        [
            .. arguments.Select((argument, index) => new EventValue(
                names[index], syntax.Values[index].ToString(), argument.Value, argument.Conversion)
            {
                Words = ValueWords.Of(syntax.Values[index], argument.Value, scope, types),
            }),
        ];
    }

    /// <summary>Everything that has a name here, as far as it can be shown.</summary>
    private static List<EventValue> Known(ProbeScope scope, ITypeSource types)
    {
        List<(ExpressionSyntax Syntax, TypedExpression Value)> known =
        [
            .. Names(scope)
                .Select(name => ExpressionParser.Parse(name, [])!) // names parse
                .Select(name => (name, Value: Checker.Value(name, scope, types, [])))
                .Where(it => it.Value is { Type: not FloatType })
                .Select(it => (it.name, it.Value!))
                .Take(BoundEvent.MaxValues),
        ];
        var columns = ColumnNames.Of([.. known.Select(it => it.Syntax)]);
        return [.. known.Select((it, index) => new EventValue(columns[index], $"{it.Syntax}", it.Value, null)
        {
            Words = ValueWords.Of(it.Syntax, it.Value, scope, types),
        })];
    }

    private static IEnumerable<string> Names(ProbeScope scope) => scope.Site switch
    {
        ProbeSite.Tracepoint => scope.Fields.Where(field => field.Name != "__syscall_nr").Select(field => $"args->{field.Name}"),
        ProbeSite.Usdt => (scope.UsdtArguments ?? []).Select((_, index) => $"arg{index + 1}"),
        ProbeSite.KernelEntry or ProbeSite.UserEntry =>
            (scope.Parameters ?? []).Select(parameter => parameter.Name).Where(name => name.Length > 0),
        ProbeSite.KernelReturn or ProbeSite.UserReturn when scope.Returns is not (null or VoidType) => ["retval"],
        _ => [],
    };
}
