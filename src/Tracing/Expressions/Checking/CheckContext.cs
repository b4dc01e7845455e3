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

    /// <summary>How memory is read that a pointer leads to; null where a pointer is no address.</summary>
    public MemorySpace? SpaceOf(PointerType pointer) => pointer.Space switch
    {
        AddressSpace.User => MemorySpace.User,
        AddressSpace.Kernel or AddressSpace.Rcu => MemorySpace.Kernel,
        AddressSpace.PerCpu => null,
        _ => Scope.PointersLeadTo,
    };
}
