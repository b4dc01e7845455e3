using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>What trace sends of a hit: the values of its format, or everything that is known by name.</summary>
/// <param name="showsArguments">Whether, without a format, everything that is known by name is shown.</param>
internal sealed class TraceEventBinder(TraceProbeSyntax syntax, SpecInProgress spec, bool showsArguments)
    : EventBinder(syntax, spec)
{
    protected override BoundEvent Ask(
        ProbeScope scope, TypedExpression? predicate, ITypeSource types, List<Diagnostic> found) => new(
            scope,
            predicate,
            Syntax.Format,
            Syntax.Format is { } format ? Asked(format, scope, types, found)
                : showsArguments ? Known(scope, types)
                : []);

    protected override Diagnostic? TooLarge(BoundEvent asked)
    {
        var size = new EventLayout(asked, Spec.Rows).Size;
        return size <= EventLayout.MaxSize ? null : new Diagnostic(
            Syntax.Span, $"an event would take {size} bytes; there is room for {EventLayout.MaxSize}",
            "show fewer texts and structs, or make texts shorter with -Z");
    }

    private List<EventValue> Asked(FormatSyntax format, ProbeScope scope, ITypeSource types, List<Diagnostic> found)
    {
        if (Syntax.Values.Count > BoundEvent.MaxValues)
        {
            found.Add(new Diagnostic(
                Syntax.Values[BoundEvent.MaxValues].Span, $"an event has at most {BoundEvent.MaxValues} values", "leave some out"));
        }

        var arguments = new FormatChecker(scope, types, found).Check(format, Syntax.Values) ?? [];
        var names = ColumnNames.Of(Syntax.Values);
        return
        [
            .. arguments.Select((argument, index) => new EventValue(
                names[index], Syntax.Values[index].ToString(), argument.Value, argument.Conversion)
            {
                Words = ValueWords.Of(Syntax.Values[index], argument.Value, scope, types),
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
