using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>What is reached through pointers: members, elements, <c>*p</c>; fields of tracepoints and registers.</summary>
internal sealed class MemberChecker(CheckContext context, Checker checker)
{
    /// <summary><c>x->name</c> and <c>x.name</c>.</summary>
    public TypedExpression? Member(MemberSyntax syntax) => syntax switch
    {
        { Target: IdentifierSyntax { Name: "args" } } when context.Scope.Site == ProbeSite.Tracepoint => Field(syntax),
        { Target: IdentifierSyntax { Name: "ctx" } target } when !IsParameter(target.Name) => Register(syntax),
        _ => checker.Check(syntax.Target) is { } target && Struct(syntax, target) is var (place, record)
            ? Find(syntax, place, record)
            : null,
    };

    /// <summary><c>x[i]</c>, of an array or a pointer.</summary>
    public TypedExpression? Index(IndexSyntax syntax)
    {
        var (target, index) = (checker.Check(syntax.Target), checker.Scalar(syntax.Index));
        if (target is null || index is null)
        {
            return null;
        }

        if (!Conversions.IsNumber(index.Type))
        {
            return context.Fail(index.Span, $"an index is a number, not {index.Type}");
        }

        return target is PlaceExpression { Type.Unaliased: ArrayType array } place
            ? Element(syntax, place, array, index)
            : checker.Scalar(target) is { } pointer && Target(pointer, syntax.Span) is var (whole, type)
                ? Moved(whole, pointer, type, index, syntax.Span)
                : null;
    }

    /// <summary><c>*p</c>.</summary>
    public TypedExpression? Dereference(UnarySyntax syntax) =>
        checker.Scalar(syntax.Operand) is { } pointer && Target(pointer, syntax.Span) is var (place, _) ? place : null;

    /// <summary><c>&amp;x</c>.</summary>
    public TypedExpression? AddressOf(UnarySyntax syntax) => checker.Check(syntax.Operand) switch
    {
        null => null,
        PlaceExpression { Bits: null } place => Places.AddressOf(place, place.Type, syntax.Span),
        PlaceExpression => context.Fail(syntax.Span, "a bit field has no address"),
        _ => context.Fail(syntax.Span, "only what is in memory has an address", "as in &sk->sk_family"),
    };

    /// <summary><c>x@user</c>: the same pointer, or number, as a pointer into that memory.</summary>
    public TypedExpression? InSpace(AddressSpaceSyntax syntax)
    {
        if (checker.Scalar(syntax.Operand) is not { } value)
        {
            return null;
        }

        var target = value.Type.Unaliased is PointerType pointer ? pointer.Target : VoidType.Instance;
        return value.Type.Unaliased is PointerType || value.Type.Size == 8
            ? Conversions.Convert(value, new PointerType(target, syntax.Space)) with { Span = syntax.Span }
            : context.Fail(
                syntax.Operand.Span,
                $"{value.Type} is not an address",
                "only a pointer, or a number of 64 bits, leads to memory");
    }

    /// <summary>What a pointer leads to; null after a diagnostic.</summary>
    public (PlaceExpression Place, DataType Type)? Target(TypedExpression pointer, TextSpan span)
    {
        if (pointer.Type.Unaliased is not PointerType { Target: var target })
        {
            context.Fail(span, $"{pointer.Type} is not a pointer", "a cast makes it one, as in *(int *)arg1");
        }
        else if (context.SpaceOf(pointer) is not { } space)
        {
            context.Fail(
                span,
                $"a __percpu pointer is no address, but the same place on each CPU",
                "it cannot be looked through here");
        }
        else if (target.Unaliased is VoidType or FunctionType)
        {
            context.Fail(span, $"nothing is known of what {pointer.Type} leads to", "a cast tells, as in *(int *)arg1");
        }
        else if (target.Unaliased is ForwardType forward)
        {
            FailUnknown(span, forward);
        }
        else
        {
            return (Places.At(pointer, 0, space, target, span), target);
        }

        return null;
    }

    private bool IsParameter(string name) => context.Scope.Parameters?.Any(parameter => parameter.Name == name) == true;

    private TypedExpression? Field(MemberSyntax syntax)
    {
        if (context.Scope.Fields.FirstOrDefault(field => field.Name == syntax.Name) is not { } field)
        {
            var names = context.Scope.Fields.Select(it => it.Name).ToList();
            var hint = Suggestions.DidYouMean(syntax.Name, names) ?? $"there are {string.Join(", ", names)}";
            return context.Fail(syntax.NameSpan, $"{context.Scope.Name} has no field '{syntax.Name}'", hint);
        }

        var record = new SourceExpression(
            new PointerType(VoidType.Instance, AddressSpace.Kernel), syntax.Target.Span, new ContextSource());
        if (field.Location == FieldLocation.Fixed)
        {
            return new PlaceExpression(field.Type, syntax.Span, record, field.Offset, MemorySpace.Context);
        }

        // Behind the record's fixed part the memory is read as any of the kernel.
        var locator = new PlaceExpression(CoreTypes.UnsignedInt, syntax.Span, record, field.Offset, MemorySpace.Context);
        var start = new BinaryExpression(
            CoreTypes.UnsignedInt,
            syntax.Span,
            BinaryOperator.And,
            locator,
            new ConstantExpression(CoreTypes.UnsignedInt, syntax.Span, 0xffff));
        var data = Places.Offset(record, start, new PointerType(VoidType.Instance, AddressSpace.Kernel), syntax.Span);
        return new PlaceExpression(
            field.Type, syntax.Span, data, field.Location == FieldLocation.RelativeDynamic ? field.Offset + 4 : 0, MemorySpace.Kernel);
    }

    private TypedExpression? Register(MemberSyntax syntax)
    {
        if (!context.Scope.HasRegisters)
        {
            return context.Fail(
                syntax.Target.Span,
                "there are no registers of a function here",
                context.Scope.Fields.Count > 0 ? "write args->FIELD" : null);
        }

        var registers = CpuLayout.X64.Registers;
        return registers.TryGetValue(syntax.Name, out var offset)
            ? new SourceExpression(CoreTypes.UnsignedLong, syntax.Span, new RegisterSource(syntax.Name, offset))
            : context.Fail(
                syntax.NameSpan,
                $"{CpuLayout.X64.Name} has no register '{syntax.Name}'",
                $"there are {string.Join(", ", registers.Keys)}");
    }

    /// <summary>The struct before an arrow or a point.</summary>
    private (PlaceExpression Place, StructType Record)? Struct(MemberSyntax syntax, TypedExpression target)
    {
        if (target is PlaceExpression { Type.Unaliased: StructType inner } place)
        {
            return syntax.IsArrow ? Refuse(
                syntax, $"{place.Type} is not a pointer", $"write .{syntax.Name}") : (place, inner);
        }

        if (target.Type.Unaliased is PointerType && !syntax.IsArrow)
        {
            return Refuse(syntax, $"{target.Type} is a pointer", $"write ->{syntax.Name}");
        }

        return checker.Scalar(target) is not { } pointer ? null
            : pointer.Type.Unaliased is not PointerType ? Refuse(
                syntax, $"{pointer.Type} has no members", HintOfCast(syntax))
            : Target(pointer, syntax.Target.Span) is not var (whole, type) ? null
            : type.Unaliased is StructType record ? (whole, record)
            : Refuse(syntax, $"{type} has no members", HintOfCast(syntax));
    }

    private static string HintOfCast(MemberSyntax syntax) =>
        $"a cast tells what it is: ((struct NAME *){syntax.Target})->{syntax.Name}; or name it in a signature";

    private (PlaceExpression, StructType)? Refuse(MemberSyntax syntax, string message, string hint)
    {
        context.Fail(syntax.Target.Span, message, hint);
        return null;
    }

    private TypedExpression? Find(MemberSyntax syntax, PlaceExpression place, StructType record)
    {
        if ((record.Find(syntax.Name) ?? FieldAliases.Find(record, syntax.Name)) is not { } member)
        {
            var names = record.NamedMembers.Select(it => it.Name).ToList();
            var hint = Suggestions.DidYouMean(syntax.Name, names, 3)
                ?? $"it has {string.Join(", ", names.Take(5))}{(names.Count > 5 ? ", …" : "")}";
            return context.Fail(syntax.NameSpan, $"{place.Type} has no member '{syntax.Name}'", hint);
        }

        if (member.BitSize == 0)
        {
            return Places.Part(place, member.BitOffset / 8, member.Type, syntax.Span);
        }

        var shift = member.BitOffset % 8;
        var bits = new BitField((shift + member.BitSize + 7) / 8, shift, member.BitSize);
        return bits.Bytes <= 8
            ? Places.Part(place, member.BitOffset / 8, member.Type, syntax.Span, bits)
            : context.Fail(
                syntax.NameSpan, $"the bits of '{syntax.Name}' lie across 9 bytes", "they cannot be read at once");
    }

    private TypedExpression? Element(IndexSyntax syntax, PlaceExpression place, ArrayType array, TypedExpression index)
    {
        if (index is not ConstantExpression constant)
        {
            var first = Places.Decay(place, array);
            return Target(first, syntax.Span) is var (whole, type) ? Moved(whole, first, type, index, syntax.Span) : null;
        }

        // Arrays of 0 or 1 elements at the end of a struct are often longer than they say.
        return constant.Value >= 0 && (constant.Value < array.Count || array.Count <= 1)
            ? Places.Part(place, constant.Value * array.Element.Size, array.Element, syntax.Span)
            : context.Fail(index.Span, $"{array} has the elements 0 to {array.Count - 1}");
    }

    private static PlaceExpression Moved(
        PlaceExpression whole, TypedExpression pointer, DataType type, TypedExpression index, TextSpan span) =>
        Places.Scaled(index, type.Size) is ConstantExpression bytes
            ? Places.Part(whole, bytes.Value, type, span)
            : Places.At(
                Places.Offset(
                    pointer,
                    Places.Scaled(index, type.Size),
                    (PointerType)pointer.Type.Unaliased,
                    span), 0, whole.Space, type, span);

    private void FailUnknown(TextSpan span, ForwardType forward)
    {
        var space = forward.IsUnion ? TypeNames.Union : TypeNames.Struct;
        var hint = Suggestions.DidYouMean(forward.Name, context.Types.Names(space).Where(name => name != forward.Name))
            ?? "the kernel's type information does not have its members";
        context.Fail(span, $"the members of {forward} are not known", hint);
    }
}
