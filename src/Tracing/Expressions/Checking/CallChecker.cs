using System.Text;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>Calls of our own functions; there are no others.</summary>
internal sealed class CallChecker(CheckContext context, Checker checker, NameChecker names)
{
    /// <summary>Most bytes that <c>hex</c> shows.</summary>
    public const int MaxHex = 256;

    private static readonly (string Name, string Usage)[] Functions =
    [
        ("STRCMP", "STRCMP(\"text\", x)"), ("$entry", "$entry(name)"), ("ntop", "ntop(address)"), ("ntohs", "ntohs(port)"),
        ("ntohl", "ntohl(number)"), ("htons", "htons(port)"), ("htonl", "htonl(number)"), ("strerror", "strerror(errno)"),
        ("syscall_name", "syscall_name(number)"), ("ksym", "ksym(address)"), ("usym", "usym(address)"), ("hex", "hex(pointer, bytes)"),
    ];

    /// <summary>The macros of linux/stat.h that tell what a file's mode says it is.</summary>
    private static readonly string[] FileTypes =
        ["S_ISREG", "S_ISDIR", "S_ISCHR", "S_ISBLK", "S_ISFIFO", "S_ISLNK", "S_ISSOCK"];

    private static string Names => string.Join(", ", Functions.Select(function => function.Name));

    private readonly TextChecker _texts = new(context, checker);

    /// <summary>What a call means; null after a diagnostic.</summary>
    public TypedExpression? Check(CallSyntax call) => (call.Name, call.Arguments) switch
    {
        ("STRCMP", [var text, var value]) => Strcmp(call, text, value),
        ("$entry", [IdentifierSyntax name]) => names.Entry(name) is { } entry ? entry with { Span = call.Span } : null,
        ("ntohs" or "htons", [var number]) => Swap(call, number, CoreTypes.UnsignedShort),
        ("ntohl" or "htonl", [var number]) => Swap(call, number, CoreTypes.UnsignedInt),
        ("ntop", [var address]) => checker.Check(address) is { } value ? Address(call, value) : null,
        ("strerror", [var number]) => Shown(call, number, Display.ErrorName, CoreTypes.Int),
        ("syscall_name", [var number]) => Shown(call, number, Display.SystemCall, CoreTypes.Long),
        ("ksym", [var address]) => Shown(call, address, Display.KernelSymbol, CoreTypes.UnsignedLong),
        ("usym", [var address]) => Shown(call, address, Display.UserSymbol, CoreTypes.UnsignedLong),
        ("hex", [var pointer]) => Hex(call, pointer, null),
        ("hex", [var pointer, var length]) => Hex(call, pointer, length),
        (_, [var mode]) when FileTypes.Contains(call.Name) => FileType(call, mode),
        _ => Wrong(call),
    };

    /// <summary><c>(mode &amp; S_IFMT) == S_IFDIR</c>, as the macro has it.</summary>
    private TypedExpression? FileType(CallSyntax call, ExpressionSyntax mode)
    {
        var (mask, type) = (Name("S_IFMT"), Name($"S_IF{call.Name["S_IS".Length..]}"));
        var masked = new BinarySyntax(call.Span, BinaryOperator.And, mode, mask, call.NameSpan);
        return checker.Check(new BinarySyntax(call.Span, BinaryOperator.Equal, masked, type, call.NameSpan));

        IdentifierSyntax Name(string name) => new(call.NameSpan, name);
    }

    private TypedExpression? Wrong(CallSyntax call)
    {
        var known = Functions.FirstOrDefault(function => function.Name == call.Name);
        return known.Name is not null
            ? context.Fail(call.Span, $"{call.Name} takes something else", $"write {known.Usage}")
            : context.Fail(
                call.NameSpan,
                $"there is no function '{call.Name}'",
                Suggestions.DidYouMean(call.Name, [.. Functions.Select(function => function.Name), .. FileTypes])
                    ?? $"the kernel's own cannot be called; there are {Names}");
    }

    /// <summary>BCC's: the text, then what is to begin with it. The terminator is not compared.</summary>
    private TypedExpression? Strcmp(CallSyntax call, ExpressionSyntax first, ExpressionSyntax second)
    {
        var (literal, other) = first is StringSyntax || second is not StringSyntax ? (first, second) : (second, first);
        if (literal is not StringSyntax text)
        {
            return context.Fail(literal.Span, "STRCMP needs a text in quotes first", "STRCMP(\"text\", x)");
        }

        if (checker.Check(other) is not { } value || _texts.Text(value) is not { } compared)
        {
            return null;
        }

        if (!context.Scope.ComparesBytes)
        {
            return TextChecker.Of(
                call.Span, TextComparison.StartsWith, compared, new TextExpression(text.Span, text.Bytes));
        }

        return Initialiser(text) is { } bytes
            ? TextChecker.Of(
                call.Span, TextComparison.SameBytes, compared, new TextExpression(text.Span, bytes))
            : context.Fail(text.Span, "with -B the text is a list of bytes", "as in STRCMP(\"{0x6C, 0x00}\", x)");
    }

    /// <summary>The bytes of <c>{0x6C, 0, 'a'}</c>; null if it is no such list.</summary>
    private static List<byte>? Initialiser(StringSyntax text)
    {
        var content = Encoding.UTF8.GetString([.. text.Bytes]).Trim();
        if (content is not ['{', .. var list, '}'])
        {
            return null;
        }

        var bytes = new List<byte>();
        foreach (var item in list.TrimEnd().TrimEnd(',').Split(',', StringSplitOptions.TrimEntries))
        {
            var constant = ExpressionParser.Parse(item, []) switch
            {
                NumberSyntax { Value: <= 255 } number => (int)number.Value,
                CharacterSyntax character => character.Code,
                _ => -1,
            };
            if (constant < 0)
            {
                return null;
            }

            bytes.Add((byte)constant);
        }

        return bytes;
    }

    private TypedExpression? Swap(CallSyntax call, ExpressionSyntax argument, IntegerType type) => Number(argument) switch
    {
        null => null,
        ConstantExpression constant => new ConstantExpression(type, call.Span, type.Size == 2
            ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((ushort)constant.Value)
            : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((uint)constant.Value)),
        var value => new ByteSwapExpression(type, call.Span, Conversions.Convert(value, type)),
    };

    private TypedExpression? Number(ExpressionSyntax argument) => checker.Scalar(argument) switch
    {
        { Type.Unaliased: PointerType } pointer => context.Fail(
            argument.Span, $"{pointer.Type} is not a number", "look through it with *"),
        var value => value,
    };

    private DisplayExpression? Shown(CallSyntax call, ExpressionSyntax argument, Display display, DataType type) =>
        checker.Scalar(argument) is { } value ? new DisplayExpression(call.Span, display, Conversions.Convert(
            value, type)) : null;

    /// <summary>A number is an IPv4 address; a struct or array, or a pointer to one, is one of 4 or 16 bytes.</summary>
    private TypedExpression? Address(CallSyntax call, TypedExpression value)
    {
        var target = value.Type.Unaliased is PointerType { Target.Unaliased: StructType or ArrayType }
            ? new MemberChecker(context, checker).Target(value, call.Span)?.Place
            : value;
        return target switch
        {
            null => null,
            PlaceExpression { Type.Unaliased: StructType or ArrayType, Type.Size: 4 or 16 } =>
                new DisplayExpression(call.Span, Display.InternetAddress, target),
            { Type.IsScalar: true, Type.Unaliased: not PointerType, Type.Size: >= 4 } =>
                new DisplayExpression(call.Span, Display.InternetAddress, Conversions.Convert(
                    target, CoreTypes.Named("__be32"))),
            _ => context.Fail(
                value.Span,
                $"{value.Type} is not an address of the internet",
                "ntop takes a __be32, a struct in_addr or in6_addr, or a pointer to one"),
        };
    }

    private TypedExpression? Hex(CallSyntax call, ExpressionSyntax argument, ExpressionSyntax? length)
    {
        if (checker.Check(argument) is not { } value)
        {
            return null;
        }

        var whole = value as PlaceExpression;
        whole = whole is { Type.Unaliased: StructType or ArrayType } ? whole : null;
        var count = length is null ? whole?.Type.Size : (checker.Scalar(length) as ConstantExpression)?.Value;
        if (count is not (> 0 and <= MaxHex))
        {
            var span = length?.Span ?? call.Span;
            return context.Fail(
                span, $"hex needs a constant number of bytes, from 1 to {MaxHex}", "write hex(pointer, bytes)");
        }

        var bytes = new ArrayType(CoreTypes.Named("u8"), (int)count.Value);
        if (whole is not null)
        {
            return new DisplayExpression(call.Span, Display.Hexadecimal, whole with { Type = bytes });
        }

        return checker.Scalar(value) is { } pointer && Pointer(pointer) is var (address, space)
            ? new DisplayExpression(call.Span, Display.Hexadecimal, Places.At(address, 0, space, bytes, call.Span))
            : null;
    }

    private (TypedExpression Address, MemorySpace Space)? Pointer(TypedExpression value)
    {
        if (value.Type.Size == 8 && context.SpaceOf(value) is { } space)
        {
            return (value, space);
        }

        context.Fail(
            value.Span, $"{value.Type} is not an address", "only a pointer, or a number of 64 bits, leads to memory");
        return null;
    }
}
