using System.Globalization;
using System.Text;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Server.Sessions;

/// <summary>
/// Commands that look into a part of a distribution: the same place, with the filter of the specifier, and that its values
/// are those of the key and in the buckets.
/// </summary>
internal static class SliceCommands
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

    private sealed class Slice
    {
        private readonly BoundSpec bound;
        private readonly SpecifierSyntax specifier;
        private readonly List<string> conditions = [];

        public Slice(BoundSpec bound, SliceQuery query, Func<int, IReadOnlyList<KeyConstant>> constantsOf)
        {
            this.bound = bound;
            specifier = bound.Syntax.Probes.OfType<SpecifierSyntax>().ElementAt(query.Distribution);
            if (specifier.Probe.Predicate is { } filter)
            {
                conditions.Add(InTrace($"{filter}"));
            }

            var asked = bound.Events[bound.Distributions[query.Distribution].Event];
            foreach (var key in query.Keys())
            {
                var equal = constantsOf(key).Select((constant, index) =>
                    Condition(Value(index, asked.Values[index]), constant, asked.Values[index].Label)).ToList();
                Problem ??= query.Key is null && equal.Count == 0 ? "all of it is hidden" : null;
                conditions.AddRange(query.Key is null ? [$"!({string.Join(" && ", equal)})"] : equal);
            }

            if (bound.Distributions[query.Distribution].Buckets is { } buckets)
            {
                Add(Value(asked.Values.Count, asked.Measured), buckets, query);
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
            IReadOnlyList<string> all = bound.Options.Tasks.Tid is { } tid
                ? [.. conditions, string.Create(CultureInfo.InvariantCulture, $"$tid == {tid}")]
                : conditions;
            var probe = conditions.Count > 0 ? specifier.Probe : specifier.Probe with { IsReturn = false, Signature = null };
            var process = bound.Options.Pid is { } pid ? string.Create(CultureInfo.InvariantCulture, $" -p {pid}") : "";
            return $"stackcount{process} {CommandPrinter.Quote(Probe(probe, all))}";
        }

        private static string Probe(TraceProbeSyntax probe, IReadOnlyList<string> conditions)
        {
            var place = CommandPrinter.Print(probe with { Predicate = null, Values = [], Format = null });
            return conditions.Count > 0 ? $"{place} ({string.Join(" && ", conditions)})" : place;
        }

        /// <summary>In trace a thread is one of a process, so only one of both is said.</summary>
        private string Process(char thread) => (bound.Options.Tasks.Tid, bound.Options.Pid) switch
        {
            ({ } tid, _) => string.Create(CultureInfo.InvariantCulture, $" -{thread} {tid}"),
            (_, { } pid) => string.Create(CultureInfo.InvariantCulture, $" -p {pid}"),
            _ => "",
        };

        private string Texts() => bound.Options.Distributions is { StringSize: not DistributionOptions.UsualStringSize and var size }
            ? string.Create(CultureInfo.InvariantCulture, $" -Z {size}")
            : "";

        /// <summary>The expression as it is computed: with the type that the specifier gives it.</summary>
        private string Value(int index, EventValue? value)
        {
            if (specifier.Probe.Values.Count == 0)
            {
                // What is returned, as an int where nothing tells its type.
                return value?.Value is ConvertExpression { Type: var converted } ? $"({converted})(retval)" : "retval";
            }

            var text = InTrace(specifier.Probe.Values.ElementAtOrDefault(index)?.ToString() ?? value?.Label ?? "retval");
            return specifier.Types.ElementAtOrDefault(index) is { } type and not PointerTypeSyntax && !text.StartsWith("$comm", StringComparison.Ordinal)
                ? $"({type})({text})"
                : text;
        }

        private string Condition(string value, KeyConstant constant, string label)
        {
            Problem ??= constant is { Number: null, Text: null } ? $"'{label}' could not be read there, and that is no condition" : null;
            return constant.Text is { } text
                ? $"{value} == {Literal(text)}"
                : string.Create(CultureInfo.InvariantCulture, $"{value} == {constant.Number}");
        }

        private void Add(string value, Buckets buckets, SliceQuery query)
        {
            if (query.FromBucket is { } first && buckets.Range(first).Low is { } low)
            {
                conditions.Add(string.Create(CultureInfo.InvariantCulture, $"{value} >= {Int128.Max(low, long.MinValue)}"));
            }

            if (query.ToBucket is { } last && buckets.Range(last).High is { } high)
            {
                conditions.Add(string.Create(CultureInfo.InvariantCulture, $"{value} <= {Int128.Min(high, ulong.MaxValue)}"));
            }
        }

        /// <summary>argdist has two names of its own.</summary>
        private static string InTrace(string expression) => expression
            .Replace("$PID", "$tgid", StringComparison.Ordinal)
            .Replace("$COMM", "$comm", StringComparison.Ordinal);

        private static string Literal(IReadOnlyList<byte> text)
        {
            var literal = new StringBuilder("\"");
            foreach (var one in text)
            {
                literal.Append(one is >= 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\'
                    ? $"{(char)one}"
                    : string.Create(CultureInfo.InvariantCulture, $"\\{Convert.ToString(one, 8).PadLeft(3, '0')}"));
            }

            return literal.Append('"').ToString();
        }
    }
}
