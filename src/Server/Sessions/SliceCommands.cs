using System.Globalization;
using System.Text.RegularExpressions;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Server.Sessions;

/// <summary>
/// Commands that look into a part of a distribution: the same place, with the filter of the specifier, and that its values
/// are those of the key and in the buckets.
/// </summary>
internal static partial class SliceCommands
{
    private const string EachEvent = "Each event";
    private const string WithStacks = "Each event with its stacks";
    private const string Callers = "Who calls it";

    /// <summary>Why a question makes no sense; null if it does.</summary>
    public static string? WhyNot(this Recording recording, SliceQuery query) => recording.Distributions switch
    {
        null => "The session has no distributions.",
        var known when (uint)query.Distribution >= (uint)known.Renderer.Count =>
            $"Distributions are numbered from 0 to {known.Renderer.Count - 1}.",
        var known when query.Keys().Any(key => (uint)key >= (uint)known.Known.Keys || known.Key(key).Distribution != query.Distribution) =>
            "There is no such key.",
        var known when known.Renderer.Buckets(query.Distribution)?.Ends() is var (first, last)
            && (query.FromBucket < first || query.FromBucket > last || query.ToBucket < first || query.ToBucket > last) =>
            $"Buckets are numbered from {first} to {last}.",
        _ => null,
    };

    /// <summary>The commands for a part that exists.</summary>
    public static IReadOnlyList<SliceCommand> SliceCommandsOf(this Session session, SliceQuery query) => Of(
        session.Bound,
        session.Recording.Distributions ?? throw new ArgumentException("The session has no distributions.", nameof(session)),
        query);

    internal static IReadOnlyList<SliceCommand> Of(BoundSpec bound, DistributionDefinitions definitions, SliceQuery query)
    {
        var slice = new Slice(bound, query, key => definitions.Renderer.Constants(definitions.Key(key)));
        return slice.Problem is { } problem
            ? [new(EachEvent, "", problem), new(WithStacks, "", problem), new(Callers, "", problem)]
            : [new(EachEvent, slice.Trace("")), new(WithStacks, slice.Trace(" -K -U")), new(Callers, slice.Stackcount())];
    }

    /// <summary>Those that a part is told by: its own, or of all others those that are not in it.</summary>
    private static IEnumerable<int> Keys(this SliceQuery query) => query.Key is { } key ? [key] : query.Hidden ?? [];

    private sealed partial class Slice
    {
        private readonly BoundSpec bound;
        private readonly SpecifierSyntax specifier;
        private readonly List<ExpressionSyntax> conditions = [];

        public Slice(BoundSpec bound, SliceQuery query, Func<int, IReadOnlyList<KeyConstant>> constantsOf)
        {
            this.bound = bound;
            specifier = bound.Syntax.Probes.OfType<SpecifierSyntax>().ElementAt(query.Distribution);
            if (specifier.Probe.Predicate is { } filter)
            {
                conditions.Add(filter);
            }

            var asked = bound.Events[bound.Distributions[query.Distribution].Event];
            foreach (var key in query.Keys())
            {
                var equal = constantsOf(key).Select((constant, index) =>
                    Condition(Value(index, asked.Values[index]), constant, asked.Values[index])).ToList();
                Problem ??= query.Key is null && equal.Count == 0 ? "all of it is hidden" : null;
                conditions.AddRange(query.Key is null ? [Not(All(equal))] : equal);
            }

            if (bound.Distributions[query.Distribution].Buckets is { } buckets && asked.Measured is { } measured)
            {
                Add(Value(asked.Values.Count, measured), measured.Value.Type, buckets, query);
            }
        }

        /// <summary>Why there is no condition for this part; null if there is.</summary>
        public string? Problem { get; private set; }

        public string Trace(string options)
        {
            var values = specifier.Probe.Values.Select(value => InTrace($"{value}")).ToList();
            var format = values.Count == 0 ? "" : $" \"{string.Join(" ", values.Select(_ => "%v"))}\", {string.Join(", ", values)}";
            return $"trace{Process('L')}{Texts()}{options} {CommandPrinter.Quote(Probe(specifier.Probe, conditions) + format)}";
        }

        /// <summary>stackcount has no option for a thread, and counts returns only under a condition: else calls are as many.</summary>
        public string Stackcount()
        {
            IReadOnlyList<ExpressionSyntax> all = bound.Options.Tasks.Tid is { } tid
                ? [.. conditions, Compare(Name("$tid"), BinaryOperator.Equal, Number(tid))]
                : conditions;
            var probe = conditions.Count > 0 ? specifier.Probe : specifier.Probe with { IsReturn = false, Signature = null };
            var process = bound.Options.Pid is { } pid ? string.Create(CultureInfo.InvariantCulture, $" -p {pid}") : "";
            return $"stackcount{process} {CommandPrinter.Quote(Probe(probe, all))}";
        }

        private static string Probe(TraceProbeSyntax probe, IReadOnlyList<ExpressionSyntax> conditions)
        {
            var place = CommandPrinter.Print(probe with { Predicate = null, Values = [], Format = null });
            return conditions.Count > 0
                ? $"{place} ({InTrace($"{All(conditions)}")})"
                : place;
        }

        /// <summary>In trace a thread is one of a process, so only one of both is said.</summary>
        private string Process(char thread) => (bound.Options.Tasks.Tid, bound.Options.Pid) switch
        {
            ({ } tid, _) => string.Create(CultureInfo.InvariantCulture, $" -{thread} {tid}"),
            (_, { } pid) => string.Create(CultureInfo.InvariantCulture, $" -p {pid}"),
            _ => "",
        };

        private int StringSize => bound.Options.Distributions?.StringSize ?? DistributionOptions.UsualStringSize;

        private string Texts() => StringSize == DistributionOptions.UsualStringSize
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" -Z {StringSize}");

        /// <summary>The expression as it is computed: with the type that the specifier gives it, without how it is shown.</summary>
        private ExpressionSyntax Value(int index, EventValue value)
        {
            var syntax = (specifier.Probe.Values.ElementAtOrDefault(index), value.Value) switch
            {
                (null, _) => Name("retval"),
                (CallSyntax { Arguments: [var shown] }, DisplayExpression) => shown,
                var (typed, _) => typed,
            };
            return (specifier.Types.ElementAtOrDefault(index), value.Value) switch
            {
                // What is returned, as an int where nothing tells its type.
                (null, ConvertExpression { Type: IntegerType converted }) when specifier.Probe.Values.Count == 0 =>
                    new CastSyntax(default, new NamedTypeSyntax(default, TypeKeyword.None, converted.Name), syntax),
                (null, _) or (_, SourceExpression { Type: ArrayType }) => syntax,
                (PointerTypeSyntax, not ConvertExpression) => syntax,
                ({ } type, _) => new CastSyntax(default, type, syntax),
            };
        }

        /// <summary>Whether a value is that of a key; of no use where that could not be read, which is a problem.</summary>
        private BinarySyntax Condition(ExpressionSyntax value, KeyConstant constant, EventValue asked)
        {
            Problem ??= constant is { Number: null, Text: null } ? $"'{asked.Label}' could not be read there, and that is no condition" : null;
            if (constant.Text is not { } text)
            {
                return Compare(value, BinaryOperator.Equal, Number(constant.Number ?? 0));
            }

            // Of what fills its room in the key nobody knows whether it was longer; names of threads and places are whole.
            var isCut = text.Count >= StringSize - 1 && asked.Value is not SourceExpression { Type: ArrayType };
            return Compare(value, isCut ? BinaryOperator.StartsWith : BinaryOperator.Equal, new StringSyntax(default, text));
        }

        /// <summary>No more than is to be said: that an unsigned number is not below 0 would be refused.</summary>
        private void Add(ExpressionSyntax value, DataType type, Buckets buckets, SliceQuery query)
        {
            var (least, most) = LimitsOf(type);
            var low = Int128.Max(least, query.FromBucket is { } first ? buckets.Range(first).Low ?? least : least);
            var high = Int128.Min(most, query.ToBucket is { } last ? buckets.Range(last).High ?? most : most);
            if (low > high)
            {
                Problem = $"no {type} is in these buckets";
            }
            else if (low == high)
            {
                conditions.Add(Compare(value, BinaryOperator.Equal, Number(low)));
            }
            else
            {
                conditions.AddRange(low > least ? [Compare(value, BinaryOperator.GreaterOrEqual, Number(low))] : []);
                conditions.AddRange(high < most ? [Compare(value, BinaryOperator.LessOrEqual, Number(high))] : []);
            }
        }

        private static (Int128 Least, Int128 Most) LimitsOf(DataType type)
        {
            var values = Int128.One << (8 * type.Size);
            return type.CanBeNegative ? (-values / 2, (values / 2) - 1) : (0, values - 1);
        }

        private static ExpressionSyntax All(IReadOnlyList<ExpressionSyntax> conditions) => conditions.Count == 0
            ? Number(1)
            : conditions.Aggregate((all, one) => Compare(all, BinaryOperator.LogicalAnd, one));

        private static UnarySyntax Not(ExpressionSyntax condition) => new(default, UnaryOperator.Not, condition);

        private static BinarySyntax Compare(ExpressionSyntax left, BinaryOperator comparison, ExpressionSyntax right) =>
            new(default, comparison, left, right, default);

        private static IdentifierSyntax Name(string name) => new(default, name);

        private static ExpressionSyntax Number(Int128 number)
        {
            var size = new NumberSyntax(default, (ulong)Int128.Abs(number), NumberBase.Decimal, IsUnsigned: false, Longs: 0);
            return number < 0 ? new UnarySyntax(default, UnaryOperator.Minus, size) : size;
        }

        /// <summary>argdist has two names of its own.</summary>
        private static string InTrace(string expression) => OwnNames.Replace(expression, own => own.Value switch
        {
            "$PID" => "$tgid",
            "$COMM" => "$comm",
            var text => text,
        });

        /// <summary>What is in quotes is found too, so that it is passed over.</summary>
        [GeneratedRegex("""
            "(?:[^"\\]|\\.)*"|\$(?:PID|COMM)\b
            """)]
        private static partial Regex OwnNames { get; }
    }
}
