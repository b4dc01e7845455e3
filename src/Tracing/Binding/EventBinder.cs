using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// What is asked at the hits of one probe syntax: its predicate and values, checked for each place that its pattern
/// matches. A place where they make no sense is left out, unless none is left.
/// </summary>
internal abstract class EventBinder(TraceProbeSyntax syntax, SpecInProgress spec)
{
    private readonly List<Diagnostic> _problems = [];
    private int _refused;

    /// <summary>What has values here.</summary>
    protected TraceProbeSyntax Syntax => syntax;

    protected SpecInProgress Spec => spec;

    /// <summary>The probe with its event; null where it makes no sense.</summary>
    public BoundProbe? Bind(BoundProbe probe)
    {
        var found = new List<Diagnostic>();
        var scopes = new EventScopes(spec, syntax, found);
        if (scopes.Of(probe) is { } scope && Event(scope, scopes.TypesOf(probe), found) is { } bound)
        {
            return probe with { EventIndex = spec.AddEvent(bound) };
        }

        _refused++;
        spec.Skip(spec.Targets[probe.Slot].Name, found.Count > 0 ? found[0].Message : "nothing is known of it");
        if (_problems.Count == 0)
        {
            _problems.AddRange(found);
        }

        return null;
    }

    /// <summary>Reports what was wrong if that was so everywhere.</summary>
    public void Finish(int count)
    {
        if (_refused == count)
        {
            _problems.ForEach(problem => spec.Error(problem.Span, problem.Message, problem.Hint));
        }
    }

    /// <summary>What is asked at a place; what is missing for lack of sense is in <paramref name="found"/>.</summary>
    protected abstract BoundEvent Ask(ProbeScope scope, TypedExpression? predicate, ITypeSource types, List<Diagnostic> found);

    /// <summary>Why there is no room for what is asked; null if there is.</summary>
    protected abstract Diagnostic? TooLarge(BoundEvent asked);

    private BoundEvent? Event(ProbeScope scope, ITypeSource types, List<Diagnostic> found)
    {
        var predicate = syntax.Predicate is { } condition ? Checker.Condition(condition, scope, types, found) : null;
        var asked = Ask(scope, predicate, types, found);
        if (found.Count > 0)
        {
            return null;
        }

        if (TooLarge(asked) is { } problem)
        {
            found.Add(problem);
            return null;
        }

        return asked with { Entry = EntryNeeds.Of(asked.Expressions) };
    }
}
