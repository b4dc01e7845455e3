using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>Prints the name of a type, or a declaration, as C writes it.</summary>
internal static class TypeSyntaxPrinter
{
    /// <summary><paramref name="declarator"/> is what is declared, with what already stands around it.</summary>
    public static string Print(TypeSyntax type, string declarator) => type switch
    {
        PointerTypeSyntax pointer => Pointer(pointer, declarator),
        ArrayTypeSyntax array => Print(array.Element, $"{declarator}[{(array.Count > 0 ? array.Count : "")}]"),
        FunctionTypeSyntax function => Print(function.Returns, $"{declarator}({Parameters(function.Parameters)})"),
        NamedTypeSyntax named => declarator.Length == 0 ? Name(named)
            : declarator[0] is '[' ? Name(named) + declarator
            : $"{Name(named)} {declarator}",
        _ => throw new ArgumentException($"unknown type: {type.GetType().Name}", nameof(type)),
    };

    /// <summary>The parameters as between the parentheses of a signature.</summary>
    public static string Parameters(IEnumerable<ParameterSyntax> parameters) =>
        string.Join(", ", parameters.Select(parameter => Print(parameter.Type, parameter.Name)));

    private static string Pointer(PointerTypeSyntax pointer, string declarator)
    {
        var star = $"*{declarator}";
        return pointer.Target is ArrayTypeSyntax or FunctionTypeSyntax
            ? Print(pointer.Target, $"({star})")
            : Print(pointer.Target, Space(pointer.Space) + star);
    }

    private static string Space(AddressSpace space) => space switch
    {
        AddressSpace.User => "__user ",
        AddressSpace.Kernel => "__kernel ",
        AddressSpace.PerCpu => "__percpu ",
        AddressSpace.Rcu => "__rcu ",
        _ => "",
    };

    private static string Name(NamedTypeSyntax type) =>
        type.Keyword == TypeKeyword.None ? type.Name : $"{Keyword(type.Keyword)} {type.Name}";

    private static string Keyword(TypeKeyword keyword) => keyword switch
    {
        TypeKeyword.Struct => "struct",
        TypeKeyword.Union => "union",
        _ => "enum",
    };
}
