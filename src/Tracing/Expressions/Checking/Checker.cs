using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>
/// From the tree that was typed to one of which nothing remains to be asked. Mistakes are diagnostics; where an operand
/// has one, what is around it is not checked.
/// </summary>
/// <remarks>Damaged type information throws <see cref="FormatException"/>, whichever member is asked.</remarks>
internal sealed class Checker
{
    private readonly CheckContext _context;
    private readonly NameChecker _names;
    private readonly MemberChecker _members;
    private readonly OperatorChecker _operators;
    private readonly CallChecker _calls;

    private Checker(CheckContext context, TypeResolver resolver)
    {
        _context = context;
        _names = new NameChecker(context);
        _members = new MemberChecker(context, this);
        _operators = new OperatorChecker(context, this, resolver);
        _calls = new CallChecker(context, this, _names);
    }

    /// <summary>A predicate: of a scalar type; null after a diagnostic.</summary>
    public static TypedExpression? Condition(
        ExpressionSyntax syntax, ProbeScope scope, ITypeSource types, List<Diagnostic> diagnostics) =>
        Create(scope, types, diagnostics).Scalar(syntax);

    /// <summary>What is to be printed: a number, a text, what is shown in a way of its own, or a whole struct or array.</summary>
    public static TypedExpression? Value(
        ExpressionSyntax syntax, ProbeScope scope, ITypeSource types, List<Diagnostic> diagnostics) =>
        Create(scope, types, diagnostics).Check(syntax) switch
        {
            { Type.Unaliased: VoidType } => new CheckContext(scope, types, diagnostics)
                .Fail(syntax.Span, "this has no value", null),
            var value => value,
        };

    /// <summary>A checked value as a number or pointer; null after a diagnostic.</summary>
    public static TypedExpression? Scalar(
        TypedExpression value, ProbeScope scope, ITypeSource types, List<Diagnostic> diagnostics) =>
        Create(scope, types, diagnostics).Scalar(value);

    /// <summary>A checked value as a text or a pointer to one; null after a diagnostic.</summary>
    public static TypedExpression? Text(
        TypedExpression value, ProbeScope scope, ITypeSource types, List<Diagnostic> diagnostics)
    {
        var checker = Create(scope, types, diagnostics);
        return new TextChecker(checker._context, checker).Text(value);
    }

    private static Checker Create(ProbeScope scope, ITypeSource types, List<Diagnostic> diagnostics) =>
        new(new CheckContext(scope, types, diagnostics), new TypeResolver(types, diagnostics));

    /// <summary>The expression as it is: perhaps a struct, an array or a text.</summary>
    public TypedExpression? Check(ExpressionSyntax syntax) => syntax switch
    {
        NumberSyntax number => Number(number),
        CharacterSyntax character => new ConstantExpression(CoreTypes.Int, character.Span, (sbyte)character.Code),
        StringSyntax text => new TextExpression(text.Span, text.Bytes),
        IdentifierSyntax name when _context.Scope.HasBareFields && _context.Scope.Fields.Any(field => field.Name == name.Name) =>
            _members.Member(new MemberSyntax(name.Span, new IdentifierSyntax(name.Span, "args"), true, name.Name, name.Span)),
        IdentifierSyntax name => _names.Check(name),
        MemberSyntax member => _members.Member(member),
        IndexSyntax index => _members.Index(index),
        AddressSpaceSyntax space => _members.InSpace(space),
        UnarySyntax { Operator: UnaryOperator.Dereference } unary => _members.Dereference(unary),
        UnarySyntax { Operator: UnaryOperator.AddressOf } unary => _members.AddressOf(unary),
        UnarySyntax unary => _operators.Unary(unary),
        BinarySyntax binary => _operators.Binary(binary),
        ConditionalSyntax conditional => _operators.Conditional(conditional),
        CastSyntax cast => _operators.Cast(cast),
        SizeOfTypeSyntax size => _operators.SizeOf(size),
        SizeOfSyntax size => _operators.SizeOf(size),
        CallSyntax call => _calls.Check(call),
        _ => throw new ArgumentException($"unknown expression: {syntax.GetType().Name}", nameof(syntax)),
    };

    /// <summary>The expression as a number or pointer; an array becomes a pointer to its first element.</summary>
    public TypedExpression? Scalar(ExpressionSyntax syntax) => Check(syntax) is { } value ? Scalar(value) : null;

    /// <inheritdoc cref="Scalar(ExpressionSyntax)"/>
    public TypedExpression? Scalar(TypedExpression value) => value switch
    {
        DisplayExpression => _context.Fail(
            value.Span, "this is a text for people, nothing to compute with", "compute with what is in the parentheses"),
        TextExpression or SourceExpression { Type: ArrayType } =>
            _context.Fail(
                value.Span, "a text is not a number", "texts are compared with ==, !=, contains and startswith"),
        PlaceExpression { Type.Unaliased: ArrayType array } place => Places.Decay(place, array),
        { Type.Unaliased: StructType record } => _context.Fail(
            value.Span, $"{value.Type} is not a number", $"take one of its members: {Members(record)}"),
        { Type.Unaliased: FloatType } => _context.Fail(value.Span, $"{value.Type} cannot be computed with: {NoFloats}"),
        { Type.Unaliased: IntegerType { Size: > 8 } } => _context.Fail(value.Span, $"{value.Type} has more than 64 bits"),
        { Type.IsScalar: true } => value,
        _ => _context.Fail(value.Span, $"{value.Type} has no value"),
    };

    /// <summary>Why there are no floating-point numbers.</summary>
    public const string NoFloats = "floating point is not there in the kernel";

    private static string Members(StructType record) =>
        string.Join(", ", record.NamedMembers.Take(3).Select(member => member.Name));

    /// <summary>The first type of C's list that holds the number: a decimal one without u is never unsigned, unless it must.</summary>
    private static ConstantExpression Number(NumberSyntax number)
    {
        var mayBeUnsigned = number.IsUnsigned || number.Base != NumberBase.Decimal;
        DataType type = number switch
        {
            { Longs: 0, IsUnsigned: false, Value: <= int.MaxValue } => CoreTypes.Int,
            { Longs: 0, Value: <= uint.MaxValue } when mayBeUnsigned => CoreTypes.UnsignedInt,
            { IsUnsigned: false, Value: <= long.MaxValue } => number.Longs == 2 ? CoreTypes.LongLong : CoreTypes.Long,
            _ => number.Longs == 2 ? CoreTypes.UnsignedLongLong : CoreTypes.UnsignedLong,
        };
        return new ConstantExpression(type, number.Span, (long)number.Value);
    }
}
