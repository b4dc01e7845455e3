using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>From the names of types to types.</summary>
internal sealed class TypeResolver(ITypeSource types, List<Diagnostic> diagnostics)
{
    /// <summary>The type, or null after a diagnostic.</summary>
    public DataType? Resolve(TypeSyntax syntax) => syntax switch
    {
        NamedTypeSyntax named => Named(named),
        PointerTypeSyntax pointer => Target(pointer.Target) is { } target ? new PointerType(target, pointer.Space) : null,
        ArrayTypeSyntax array => Resolve(array.Element) is { } element ? Array(array, element) : null,
        FunctionTypeSyntax function => Function(function),
        _ => throw new ArgumentException($"unknown type: {syntax.GetType().Name}", nameof(syntax)),
    };

    /// <summary>The parameters of a signature, as C has them: an array is a pointer; null after a diagnostic.</summary>
    public IReadOnlyList<Parameter>? Resolve(IReadOnlyList<ParameterSyntax> parameters)
    {
        var resolved = new List<Parameter>();
        foreach (var parameter in parameters)
        {
            if (Resolve(parameter.Type) is { } type)
            {
                resolved.Add(new Parameter(parameter.Name, type is ArrayType array ? new PointerType(array.Element) : type));
            }
        }

        return resolved.Count == parameters.Count ? resolved : null;
    }

    /// <summary>As in C, there may be pointers to structs of which nothing is known.</summary>
    private DataType? Target(TypeSyntax syntax) => syntax switch
    {
        NamedTypeSyntax { Keyword: TypeKeyword.Struct } named =>
            types.Find(TypeNames.Struct, named.Name) ?? new ForwardType(named.Name, false),
        NamedTypeSyntax { Keyword: TypeKeyword.Union } named =>
            types.Find(TypeNames.Union, named.Name) ?? new ForwardType(named.Name, true),
        _ => Resolve(syntax),
    };

    private DataType? Named(NamedTypeSyntax named)
    {
        var space = named.Keyword switch
        {
            TypeKeyword.Struct => TypeNames.Struct,
            TypeKeyword.Union => TypeNames.Union,
            TypeKeyword.Enum => TypeNames.Enum,
            _ => TypeNames.Typedef,
        };
        var found = named.Keyword == TypeKeyword.None ? BasicTypes.Find(named.Name) : null;
        return found ?? types.Find(space, named.Name) ?? Unknown(named, space);
    }

    private DataType? Unknown(NamedTypeSyntax named, TypeNames space)
    {
        var keyword = named.Keyword == TypeKeyword.None ? "type" : named.Keyword.ToString().ToLowerInvariant();
        TypeNames[] tagged = space == TypeNames.Typedef ? [TypeNames.Struct, TypeNames.Union, TypeNames.Enum] : [];
        var other = tagged.FirstOrDefault(it => types.Find(it, named.Name) is not null, space);
        var hint = other != space ? $"write {other.ToString().ToLowerInvariant()} {named.Name}"
            : Suggestions.DidYouMean(named.Name, types.Names(space))
                ?? "types come from the kernel; of user programs only those of C are known";
        diagnostics.Add(new Diagnostic(named.Span, $"unknown {keyword} '{named.Name}'", hint));
        return null;
    }

    private ArrayType? Array(ArrayTypeSyntax syntax, DataType element)
    {
        if (element.Size > 0 && (long)element.Size * syntax.Count <= int.MaxValue)
        {
            return new ArrayType(element, syntax.Count);
        }

        diagnostics.Add(new Diagnostic(
            syntax.Span, $"there is no array of {syntax.Count} {element}", "its elements need a size"));
        return null;
    }

    private FunctionType? Function(FunctionTypeSyntax syntax) =>
        Resolve(syntax.Returns) is { } returns && Resolve(syntax.Parameters) is { } parameters
            ? new FunctionType(returns, parameters, false)
            : null;
}
