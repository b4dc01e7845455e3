using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Expressions;

/// <summary>Makes every kind of tree that the grammar has, from a seed.</summary>
internal sealed class RandomSyntax(int seed)
{
    private static readonly string[] Names = ["sk", "arg1", "retval", "$pid", "$task", "ctx", "args", "x1", "_y"];
    private static readonly string[] TypeNames = ["u32", "loff_t", "widget", "int", "unsigned long", "void", "__be16"];

    private readonly Random _random = new(seed);

    public ExpressionSyntax Expression(int depth) => depth <= 0 ? Leaf() : _random.Next(13) switch
    {
        0 or 1 => Leaf(),
        2 => new UnarySyntax(default, Any<UnaryOperator>(), Expression(depth - 1)),
        3 or 4 or 5 => new BinarySyntax(default, Any<BinaryOperator>(), Expression(depth - 1), Expression(depth - 1), default),
        6 => new ConditionalSyntax(default, Expression(depth - 1), Expression(depth - 1), Expression(depth - 1)),
        7 => new CastSyntax(default, Type(2), Expression(depth - 1)),
        8 => new MemberSyntax(default, Expression(depth - 1), _random.Next(2) == 0, "member", default),
        9 => new IndexSyntax(default, Expression(depth - 1), Expression(depth - 1)),
        10 => new CallSyntax(default, "call", default, [.. Enumerable.Range(0, _random.Next(3)).Select(_ => Expression(depth - 1))]),
        11 => _random.Next(2) == 0 ? new SizeOfTypeSyntax(default, SizeOfType()) : new SizeOfSyntax(default, Expression(depth - 1)),
        _ => new AddressSpaceSyntax(default, Expression(depth - 1), _random.Next(2) == 0 ? AddressSpace.User : AddressSpace.Kernel),
    };

    private ExpressionSyntax Leaf() => _random.Next(5) switch
    {
        0 => new CharacterSyntax(default, (byte)_random.Next(256)),
        1 => new StringSyntax(default, Bytes()),
        2 => new NumberSyntax(default, (ulong)_random.NextInt64() >> _random.Next(63), Any<NumberBase>(), _random.Next(2) == 0, _random.Next(3)),
        _ => new IdentifierSyntax(default, Any(Names)),
    };

    private byte[] Bytes()
    {
        var bytes = new byte[_random.Next(8)];
        _random.NextBytes(bytes);
        return _random.Next(2) == 0 ? bytes : [.. "a\"\\'%d\n€"u8];
    }

    private TypeSyntax Type(int depth) => depth == 0 ? Named() : _random.Next(5) switch
    {
        0 or 1 => Named(),
        2 => new ArrayTypeSyntax(default, new PointerTypeSyntax(default, Named(), AddressSpace.Any), _random.Next(9)),
        3 => new PointerTypeSyntax(default, new FunctionTypeSyntax(default, Named(), [.. Enumerable.Range(0, _random.Next(3)).Select(_ => Parameter())]), AddressSpace.Any),
        _ => new PointerTypeSyntax(default, Named(), Any<AddressSpace>()),
    };

    /// <summary>A single name that is not known to be a type would be taken for an expression.</summary>
    private TypeSyntax SizeOfType() => Type(2) switch
    {
        NamedTypeSyntax { Name: "widget" } widget => widget with { Keyword = TypeKeyword.Struct },
        var other => other,
    };

    private ParameterSyntax Parameter() =>
        new(default, new PointerTypeSyntax(default, Named(), AddressSpace.Any), _random.Next(2) == 0 ? "name" : "", default);

    private NamedTypeSyntax Named() => _random.Next(3) == 0
        ? new NamedTypeSyntax(default, Any(TypeKeyword.Struct, TypeKeyword.Union, TypeKeyword.Enum), "sock")
        : new NamedTypeSyntax(default, TypeKeyword.None, Any(TypeNames));

    private T Any<T>() where T : struct, Enum => Any(Enum.GetValues<T>());

    private T Any<T>(params T[] values) => values[_random.Next(values.Length)];
}
