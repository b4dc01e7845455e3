using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Specs.Tools;
using BpfDashboard.Tracing.Tests.Expressions;
using TraceTool = BpfDashboard.Tracing.Specs.Tools.Trace;

namespace BpfDashboard.Tracing.Tests.Specs.Trace;

/// <summary>Makes commands of trace with every part that its grammar has, from a seed.</summary>
internal sealed class RandomProbes(int seed)
{
    private static readonly ConversionSyntax[] Conversions =
    [
        new(default, FormatOptions.None, 0, null, "", 'd'), new(default, FormatOptions.Left, 10, 3, "", 's'),
        new(default, FormatOptions.Zeros | FormatOptions.Alternative, 16, null, "ll", 'x'), new(default, FormatOptions.None, 0, 0, "h", 'u'),
        new(default, FormatOptions.None, 0, null, "", 'K'), new(default, FormatOptions.Alternative, 0, null, "", 'v'),
    ];

    private readonly Random _random = new(seed);
    private readonly RandomSyntax _expressions = new(seed);

    public CommandSyntax Command() => new(TraceTool.Definition, [], [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Probe())]);

    /// <summary>One of stackcount with a signature or a condition, or both.</summary>
    public CommandSyntax StackCommand()
    {
        var probe = Probe() with { Format = null, Values = [] };
        return new(Stackcount.Definition, [],
            [probe.Signature is not null && !probe.IsReturn ? probe : probe with { Predicate = probe.Predicate ?? _expressions.Expression(2) }]);
    }

    private TraceProbeSyntax Probe()
    {
        var place = Place();
        var isFunction = place is KernelFunctionSyntax or UserFunctionSyntax;
        var isReturn = isFunction && _random.Next(3) == 0;
        var offset = isFunction && !isReturn && _random.Next(4) == 0 ? _random.Next(1, 5000) : default(int?);
        var signature = isFunction && _random.Next(2) == 0 ? Signature() : null;
        var predicate = _random.Next(2) == 0 ? _expressions.Expression(2) : null;
        var (format, values) = _random.Next(2) == 0 ? Action() : (null, []);
        return new TraceProbeSyntax(default, place, isReturn, offset, signature, predicate, format, values);
    }

    private ProbeSyntax Place() => _random.Next(5) switch
    {
        0 => new KernelFunctionSyntax(default, Pattern("vfs_read")),
        1 => new UserFunctionSyntax(default, Name("c"), Pattern("malloc")),
        2 => new UserFunctionSyntax(default, Name("/opt/a:b/c++.so"), Pattern("f")),
        3 => new TracepointSyntax(default, Pattern("sched:sched_*")),
        _ => new UsdtSyntax(default, Name("pthread"), _random.Next(2) == 0 ? null : Name("libpthread"), Pattern("start")),
    };

    private IReadOnlyList<ParameterSyntax> Signature() =>
        [.. Enumerable.Range(0, _random.Next(4)).Select(i => new ParameterSyntax(default, Type(), _random.Next(4) == 0 ? "" : $"p{i}", default))];

    private TypeSyntax Type() => _random.Next(4) switch
    {
        0 => new NamedTypeSyntax(default, TypeKeyword.None, "unsigned long"),
        1 => new NamedTypeSyntax(default, TypeKeyword.None, "size_t"),
        2 => new PointerTypeSyntax(default, new NamedTypeSyntax(default, TypeKeyword.Struct, "sock"), BpfDashboard.Tracing.Types.AddressSpace.User),
        _ => new PointerTypeSyntax(default, new FunctionTypeSyntax(default, new NamedTypeSyntax(default, TypeKeyword.None, "void"), []), default),
    };

    private (FormatSyntax Format, IReadOnlyList<ExpressionSyntax> Values) Action()
    {
        var pieces = new List<FormatPiece>();
        for (var i = _random.Next(4); i > 0; i--)
        {
            pieces.Add(new LiteralSyntax(default, [.. "it's 100% \"x\"\n)€"u8]));
            pieces.Add(Conversions[_random.Next(Conversions.Length)]);
        }

        return (new FormatSyntax(default, pieces), [.. pieces.OfType<ConversionSyntax>().Select(_ => _expressions.Expression(2))]);
    }

    private static PatternSyntax Pattern(string text) => new(PatternKind.Wildcard, text, default);

    private static NameSyntax Name(string text) => new(text, default);
}
