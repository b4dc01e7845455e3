using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>What argdist counts of a hit: the tuple of values, and for a histogram the last of them.</summary>
internal sealed class SpecifierEventBinder(SpecifierSyntax specifier, SpecInProgress spec) : EventBinder(specifier.Probe, spec)
{
    private readonly int _distribution = spec.DistributionCount;

    protected override BoundEvent Ask(
        ProbeScope scope, TypedExpression? predicate, ITypeSource types, List<Diagnostic> found)
    {
        if (Syntax.Values.Count > BoundEvent.MaxValues)
        {
            found.Add(new Diagnostic(
                Syntax.Values[BoundEvent.MaxValues].Span, $"at most {BoundEvent.MaxValues} values are told apart", "leave some out"));
        }

        var values = Values(scope, types, found);
        return new BoundEvent(scope, predicate, null, specifier.IsHistogram ? [.. values.SkipLast(1)] : values)
        {
            Distribution = _distribution,
            Measured = specifier.IsHistogram ? values.LastOrDefault() : null,
        };
    }

    /// <summary>Several functions of one specifier share its map, so their keys must look alike.</summary>
    protected override Diagnostic? TooLarge(BoundEvent asked)
    {
        var size = new DistributionKeyLayout(asked, Spec.Distributions.StringSize).Size;
        var first = Spec.Events.FirstOrDefault(other => other.Distribution == _distribution);
        return size > DistributionKeyLayout.MaxSize ? new Diagnostic(
                Syntax.Span, $"these values take {size} bytes; there is room for {DistributionKeyLayout.MaxSize}",
                "take fewer texts, or make them shorter with -z")
            : first is not null && !Shapes(first).SequenceEqual(Shapes(asked)) ? new Diagnostic(
                Syntax.Span, $"the values of {asked.Scope.Name} have other types than those of {first.Scope.Name}",
                "write their types, as in :int:arg1")
            : null;
    }

    private static IEnumerable<string> Shapes(BoundEvent asked) =>
        asked.Values.Append(asked.Measured).OfType<EventValue>().Select(value => $"{value.Value.Type}");

    private List<EventValue> Values(ProbeScope scope, ITypeSource types, List<Diagnostic> found)
    {
        if (Syntax.Values.Count == 0)
        {
            return scope.IsReturn && Result(scope, types, found) is { } result ? [new EventValue("retval", "retval", result, null)] : [];
        }

        var names = ColumnNames.Of(Syntax.Values);
        var values = new List<EventValue>();
        foreach (var (index, syntax) in Syntax.Values.Index())
        {
            var isMeasured = specifier.IsHistogram && index == Syntax.Values.Count - 1;
            if (Value(syntax, specifier.Types.ElementAtOrDefault(index), isMeasured, scope, types, found) is { } value)
            {
                values.Add(new EventValue(names[index], specifier.ValueTexts[index], value, null) { Words = ValueWords.Of(syntax, value, scope, types) });
            }
        }

        return values;
    }

    /// <summary>What the function returns; an int where nothing tells its type, as in BCC.</summary>
    private TypedExpression? Result(ProbeScope scope, ITypeSource types, List<Diagnostic> found) =>
        Checker.Value(new IdentifierSyntax(Syntax.Pattern.Span, "retval"), scope, types, found) is { } result
            ? NameChecker.IsUntyped(result) ? Conversions.Convert(result, CoreTypes.Int) : Checker.Scalar(result, scope, types, found)
            : null;

    private static TypedExpression? Value(
        ExpressionSyntax syntax, TypeSyntax? type, bool isMeasured, ProbeScope scope, ITypeSource types, List<Diagnostic> found)
    {
        if (Checker.Value(syntax, scope, types, found) is not { } value)
        {
            return null;
        }

        // The documents have u32:$COMM, which is a text for all that.
        var isText = TextChecker.IsText(value) && (type is null or PointerTypeSyntax || value is SourceExpression);
        return isMeasured ? Number(value, type, scope, types, found)
            : isText || value is DisplayExpression ? value
            : type is PointerTypeSyntax ? Checker.Value(new CastSyntax(syntax.Span, type, syntax), scope, types, found)
            : Number(value, type, scope, types, found);
    }

    private static TypedExpression? Number(
        TypedExpression value, TypeSyntax? type, ProbeScope scope, ITypeSource types, List<Diagnostic> found)
    {
        if (value is DisplayExpression shown)
        {
            value = shown.Operand;
        }

        var number = Checker.Scalar(value, scope, types, found);
        return number is null || type is null ? number : new TypeResolver(types, found).Resolve(type) switch
        {
            null => null,
            { IsScalar: true } target => Conversions.Convert(number, target),
            var target => Fail(type.Span, $"{target} is no number", found),
        };
    }

    private static TypedExpression? Fail(TextSpan span, string message, List<Diagnostic> found)
    {
        found.Add(new Diagnostic(span, message, "write a type like int, u64 or char *"));
        return null;
    }
}
