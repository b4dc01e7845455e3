namespace BpfDashboard.Tracing.Types;

/// <summary>Prints a type as C declares it: <c>char[16]</c>, <c>struct sock *</c>, <c>int (*)(void *, int)</c>.</summary>
internal static class TypePrinter
{
    // Function pointers that take function pointers… cannot be endless, but a name of a type should stay readable.
    private const int MaxDepth = 8;

    public static string Print(DataType type) => Print(type, "", 0);

    private static string Print(DataType type, string declarator, int depth) => type switch
    {
        _ when depth > MaxDepth => "…",
        PointerType pointer => Pointer(pointer, declarator, depth),
        ArrayType array => Print(array.Element, $"{declarator}[{(array.Count > 0 ? array.Count : "")}]", depth + 1),
        FunctionType function => Print(function.Returns, $"{declarator}({Parameters(function, depth)})", depth + 1),
        _ => declarator.Length == 0 || declarator[0] == '[' ? $"{Name(type)}{declarator}" : $"{Name(type)} {declarator}",
    };

    private static string Pointer(PointerType pointer, string declarator, int depth)
    {
        var star = $"{Space(pointer.Space)}*{declarator}";
        return Print(pointer.Target, pointer.Target is ArrayType or FunctionType ? $"({star})" : star, depth + 1);
    }

    private static string Space(AddressSpace space) => space switch
    {
        AddressSpace.User => "__user ",
        AddressSpace.PerCpu => "__percpu ",
        AddressSpace.Rcu => "__rcu ",
        AddressSpace.Kernel => "__kernel ",
        _ => "",
    };

    private static string Name(DataType type) => type switch
    {
        IntegerType integer => integer.Name,
        FloatType number => number.Name,
        TypedefType alias => alias.Name,
        StructType record => $"{record.Keyword} {Tag(record.Name)}",
        ForwardType forward => $"{(forward.IsUnion ? "union" : "struct")} {Tag(forward.Name)}",
        EnumType constants => $"enum {Tag(constants.Name)}",
        _ => "void",
    };

    private static string Tag(string name) => name.Length > 0 ? name : "{…}";

    private static string Parameters(FunctionType function, int depth)
    {
        var parameters = function.Parameters.Select(parameter => Print(parameter.Type, "", depth + 1)).ToList();
        return function.IsVariadic ? string.Join(", ", [.. parameters, "..."])
            : parameters.Count == 0 ? "void"
            : string.Join(", ", parameters);
    }
}
