using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Silence;

/// <summary>
/// From a command on a function to the same on the tracepoint of its system call: <c>c:write(int fd) (fd == 1) "%d", fd</c>
/// becomes <c>t:syscalls:sys_enter_write (args->fd == 1) "%d", args->fd</c>.
/// </summary>
internal sealed class SystemCallCommand
{
    private readonly SystemCall _call;
    private readonly IReadOnlyList<ParameterSyntax> _signature;
    private readonly bool _isReturn;
    private readonly string[] _fields;

    private SystemCallCommand(SystemCall call, TraceProbeSyntax probe, string[] fields)
    {
        (_call, _fields) = (call, fields);
        (_signature, _isReturn) = (probe.Signature ?? [], probe.IsReturn);
    }

    /// <summary>The command, and what of the old one could not be said of the system call: null if all could.</summary>
    public static (string Command, string? Lost) Make(SilentProbe probe, SystemCall call, IKernelCatalog kernel)
    {
        var old = probe.Command.Probes[probe.Index];
        if (ProbePlace.Details(old) is not { } trace)
        {
            return (probe.With(Place(call, isReturn: false)), null);
        }

        var fields = SystemCalls.Enter(call, kernel) is { } enter
            ? kernel.FieldsOf(enter).Select(NameOf).Where(name => name != "__syscall_nr").ToArray()
            : [];
        return new SystemCallCommand(call, trace, fields).Make(probe, trace);
    }

    private (string Command, string? Lost) Make(SilentProbe probe, TraceProbeSyntax trace)
    {
        var predicate = trace.Predicate is null ? null : Translate(trace.Predicate);
        var values = Asked(probe, trace).Select(Translate).ToList();
        var hasAllValues = values.TrueForAll(value => value is not null);
        var place = Place(_call, _isReturn);
        var command = probe.With(ProbePlace.With(probe.Command.Probes[probe.Index], trace with
        {
            Place = place,
            Pattern = place.Pattern,
            IsReturn = false,
            Offset = null,
            Signature = null,
            Predicate = predicate,
            Format = hasAllValues ? trace.Format : null,
            Values = hasAllValues ? [.. values.OfType<ExpressionSyntax>()] : Without(probe, predicate),
        }));
        return (command, (trace.Predicate is not null && predicate is null, hasAllValues) switch
        {
            (true, true) => "without its condition",
            (true, false) => "without its condition and values",
            (false, false) => "without its values",
            _ => null,
        });
    }

    /// <summary>argdist takes what is returned where nothing is asked of a return; of a tracepoint it must be said.</summary>
    private IReadOnlyList<ExpressionSyntax> Asked(SilentProbe probe, TraceProbeSyntax trace) =>
        _isReturn && trace.Values.Count == 0 && probe.Command.Probes[probe.Index] is SpecifierSyntax
            ? [new IdentifierSyntax(default, "retval")]
            : trace.Values;

    /// <summary>A filter of argdist stands behind values: without any of its own it has one that is always the same.</summary>
    private static IReadOnlyList<ExpressionSyntax> Without(SilentProbe probe, ExpressionSyntax? predicate) =>
        predicate is not null && probe.Command.Probes[probe.Index] is SpecifierSyntax
            ? [new NumberSyntax(default, 1, NumberBase.Decimal, IsUnsigned: false, Longs: 0)]
            : [];

    private static TracepointSyntax Place(SystemCall call, bool isReturn) => new(
        default,
        new PatternSyntax(PatternKind.Wildcard, $"syscalls:sys_{(isReturn ? "exit" : "enter")}_{call.Name}", default));

    // "const char __user * buf", "unsigned int fd".
    private static string NameOf(TracepointField field) => field.Declaration.Split(' ', '*')[^1];

    /// <summary>The expression with the record's fields in place of arguments; null where that is not the same.</summary>
    private ExpressionSyntax? Translate(ExpressionSyntax expression) => expression switch
    {
        NumberSyntax or CharacterSyntax or StringSyntax or SizeOfTypeSyntax => expression,
        IdentifierSyntax name => Translate(name),
        UnarySyntax { Operator: not (UnaryOperator.Dereference or UnaryOperator.AddressOf) } unary =>
            Translate(unary.Operand) is { } operand ? unary with { Operand = operand } : null,
        BinarySyntax binary => Translate(binary),
        CastSyntax cast => Translate(cast.Operand) is { } operand ? cast with { Operand = operand } : null,
        CallSyntax { Name: "STRCMP" or "strerror" or "ntohs" or "ntohl" or "htons" or "htonl" } call
            when call.Arguments.Select(Translate).ToList() is var all && all.TrueForAll(each => each is not null) =>
            call with { Arguments = [.. all.OfType<ExpressionSyntax>()] },
        _ => null,
    };

    private ExpressionSyntax? Translate(BinarySyntax binary) =>
        (Translate(binary.Left), Translate(binary.Right)) is ({ } left, { } right)
            ? binary with { Left = Signed(binary, binary.Left, left), Right = Signed(binary, binary.Right, right) }
            : null;

    // The kernel declares a file descriptor unsigned: what is less than 0 must be asked with the type of the signature.
    private ExpressionSyntax Signed(BinarySyntax binary, ExpressionSyntax old, ExpressionSyntax translated) =>
        binary.Operator is not (BinaryOperator.Equal or BinaryOperator.NotEqual or BinaryOperator.LogicalAnd or BinaryOperator.LogicalOr)
        && old is IdentifierSyntax name && _signature.FirstOrDefault(parameter => parameter.Name == name.Name) is { Type: NamedTypeSyntax type }
            ? new CastSyntax(default, type, translated)
            : translated;

    private ExpressionSyntax? Translate(IdentifierSyntax name)
    {
        if (name.Name is ['$', ..] and not "$retval")
        {
            return name.Name is "$latency" ? null : name;
        }

        if (_isReturn)
        {
            return name.Name is "retval" or "$retval" ? Field("ret") : null;
        }

        var index = name.Name is ['a', 'r', 'g', >= '1' and <= '6' and var digit]
            ? digit - '1'
            : _signature.ToList().FindIndex(parameter => parameter.Name == name.Name);
        return index >= 0 && index + _call.Shift < _fields.Length ? Field(_fields[index + _call.Shift]) : null;
    }

    private static MemberSyntax Field(string name) => new(default, new IdentifierSyntax(default, "args"), IsArrow: true, name, default);
}
