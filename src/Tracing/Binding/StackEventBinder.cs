using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>What stackcount asks of a hit: whether its condition holds. The stacks themselves are no values.</summary>
internal sealed class StackEventBinder(TraceProbeSyntax syntax, SpecInProgress spec) : EventBinder(syntax, spec)
{
    protected override BoundEvent Ask(
        ProbeScope scope, TypedExpression? predicate, ITypeSource types, List<Diagnostic> found) =>
        new(scope, predicate, null, []);

    protected override Diagnostic? TooLarge(BoundEvent asked) => null;
}
