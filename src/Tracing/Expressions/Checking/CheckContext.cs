using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>What all parts of the checker share: the scope, the types, and the list of mistakes.</summary>
internal sealed class CheckContext(ProbeScope scope, ITypeSource types, List<Diagnostic> diagnostics)
{
    public ProbeScope Scope { get; } = scope;

    public ITypeSource Types { get; } = types;

    /// <summary>Reports a mistake; null, for the caller to return.</summary>
    public TypedExpression? Fail(TextSpan span, string message, string? hint = null)
    {
        diagnostics.Add(new Diagnostic(span, message, hint));
        return null;
    }

    /// <summary>
    /// How memory is read that a pointer leads to, or a number that is taken for one; null where it is no address. What
    /// a process says is never taken for an address of the kernel.
    /// </summary>
    public MemorySpace? SpaceOf(TypedExpression value) => (value.Type.Unaliased as PointerType)?.Space switch
    {
        AddressSpace.User => MemorySpace.User,
        AddressSpace.Kernel or AddressSpace.Rcu => MemorySpace.Kernel,
        AddressSpace.PerCpu => null,
        _ => IsFromKernel(value) ? MemorySpace.Any : Scope.PointersLeadTo,
    };

    /// <summary>Whether it was read from the kernel's memory, where there are pointers to both.</summary>
    private static bool IsFromKernel(TypedExpression value) => value switch
    {
        PlaceExpression place => place.Space is MemorySpace.Kernel or MemorySpace.Context
            || (place.Space == MemorySpace.Any && IsFromKernel(place.Address)),
        ConvertExpression convert => IsFromKernel(convert.Operand),
        BinaryExpression { Operator: BinaryOperator.Add or BinaryOperator.Subtract } sum => IsFromKernel(sum.Left),
        _ => false,
    };
}
