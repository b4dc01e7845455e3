using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>The name of a type as it was typed. The records below are the whole family.</summary>
public abstract record TypeSyntax(TextSpan Span)
{
    /// <inheritdoc/>
    public sealed override string ToString() => TypeSyntaxPrinter.Print(this, "");
}

/// <summary>What stands before a type's name.</summary>
public enum TypeKeyword
{
    None,
    Struct,
    Union,
    Enum,
}

/// <summary><c>u32</c>, <c>struct sock</c>, or a type of C in its usual spelling: <c>unsigned long</c>.</summary>
public sealed record NamedTypeSyntax(TextSpan Span, TypeKeyword Keyword, string Name) : TypeSyntax(Span);

/// <summary><c>T *</c>, <c>T __user *</c>.</summary>
public sealed record PointerTypeSyntax(TextSpan Span, TypeSyntax Target, AddressSpace Space) : TypeSyntax(Span);

/// <summary><c>T[4]</c>, <c>T[]</c> (0).</summary>
public sealed record ArrayTypeSyntax(TextSpan Span, TypeSyntax Element, int Count) : TypeSyntax(Span);

/// <summary><c>T (A, B)</c>, of which there are only pointers.</summary>
public sealed record FunctionTypeSyntax(TextSpan Span, TypeSyntax Returns, IReadOnlyList<ParameterSyntax> Parameters)
    : TypeSyntax(Span);

/// <summary>One parameter of a signature; the name is empty where there is none.</summary>
public sealed record ParameterSyntax(TextSpan Span, TypeSyntax Type, string Name, TextSpan NameSpan);
