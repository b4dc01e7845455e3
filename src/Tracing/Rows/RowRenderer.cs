using System.Buffers;
using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Rows;

/// <summary>The rows of a session in words. Holds no state but the names of addresses; may be asked by many threads.</summary>
public sealed partial class RowRenderer
{
    /// <summary>The columns that every row has, as filters name them.</summary>
    public static readonly IReadOnlyList<string> CommonColumns = ["time", "cpu", "pid", "tid", "comm", "func", "message"];

    private readonly BoundSpec bound;
    private readonly IAddressNames names;
    private readonly EventReader[] events;
    private readonly ValueColumn[] columns;

    public RowRenderer(BoundSpec bound, IAddressNames names)
    {
        (this.bound, this.names) = (bound, names);
        events = [.. bound.Events.Select(one => EventReader.Create(bound, names, one, Options))];
        var values = events.SelectMany(one => one.Values).GroupBy(value => ColumnName(value.Value.Name)).ToList();
        columns = [.. values.Select(group => new ValueColumn(
            group.Key,
            group.First().Value.Label,
            string.Join(" / ", group.Select(value => value.Value.Value.Type.ToString()).Distinct()),
            group.All(value => value.IsNumber),
            group.Any(value => value.HasWords)))];
        foreach (var one in events)
        {
            one.Columns = [.. columns.Select(column =>
                Array.Find(one.Values, value => ColumnName(value.Value.Name) == column.Name))];
        }
    }

    /// <summary>The session's columns of values, in the order of the command; those of all events together.</summary>
    public IReadOnlyList<ValueColumn> Columns => columns;

    /// <summary>Whether a format puts events into words.</summary>
    public bool HasMessage => bound.Events.Any(one => one.Format is not null);

    /// <summary>Whether there is anything to show of an event beside what every row has.</summary>
    public bool HasWords => bound.Events.Any(one => one.Format is not null || one.Values.Count > 0);

    /// <summary>The session's options of rows.</summary>
    public RowOptions Options => bound.Options.Rows ?? new RowOptions();

    /// <summary>Whether a row is one of this session's, so that all the rest here can read it.</summary>
    public bool Fits(Row row) => (uint)row.Event < (uint)events.Length && (uint)row.Slot < (uint)bound.Targets.Count
        && row.Values.Length >= events[row.Event].Layout.Size;

    /// <summary>Whether <see cref="Meet"/> does anything.</summary>
    public bool NeedsProcesses => Options.UserStack || Array.Exists(events, one => one.HasUserSymbols);

    /// <summary>To be called with each row while its process lives, for what has to be known of it then.</summary>
    public void Meet(Row row)
    {
        if (events[row.Event].HasUserSymbols || Options.UserStack)
        {
            names.Meet(row.Pid, row.Comm.Span);
        }
    }

    /// <summary>The thread's name.</summary>
    public static string Comm(Row row) => ScalarText.Text(row.Comm.Span);

    /// <summary>The name of what was hit.</summary>
    public string Function(Row row) => bound.Targets[row.Slot].Name;

    /// <summary>The same as BCC prints it: of tracepoints and USDT probes without where they are.</summary>
    public string ShortFunction(Row row) => bound.Targets[row.Slot] switch
    {
        { Kind: TargetKind.Tracepoint or TargetKind.Usdt, Name: var name } => name[(name.LastIndexOf(':') + 1)..],
        var target => target.Name,
    };

    /// <summary>The value in a column; null where this event has none.</summary>
    public ShownValue? Show(Row row, int column) => events[row.Event].Columns[column]?.Show(row);

    /// <summary>The same as a number, in the host's byte order; null where it is none.</summary>
    public Int128? Number(Row row, int column) => events[row.Event].Columns[column]?.Number(row);

    /// <summary>Whether any event has a number in a column, be it one that people read as a text.</summary>
    public bool HasNumbers(int column) => Array.Exists(events, one => one.Columns[column] is { HasNumber: true });

    /// <summary>Constants that the types of values have, by name, and the names that numbers are shown by.</summary>
    internal IEnumerable<EnumConstant> Constants => events.SelectMany(one => one.Values)
        .Select(value => value.Value.Value.Type.Unaliased).OfType<EnumType>().SelectMany(type => type.Constants)
        .Concat(events.SelectMany(one => one.Values).SelectMany(value => value.Value.Words?.Groups ?? [])
            .SelectMany(group => group.Words).Where(word => IsName().IsMatch(word.Text))
            .Select(word => new EnumConstant(word.Text, (long)word.Value)));

    /// <summary>The event in words; null without a format.</summary>
    public string? Message(Row row) => bound.Events[row.Event].Format is { } format ? Message(row, format) : null;

    /// <summary>The event in words: its message, or without a format its values by name.</summary>
    public string Words(Row row) => Message(row) ?? string.Join(
        ", ", events[row.Event].Values.Select(value => $"{value.Value.Name} = {value.Show(row).Text}"));

    /// <summary>The fields of structs and arrays, by the name of their column.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields(Row row)
    {
        var fields = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var value in events[row.Event].Values)
        {
            if (value.Fields(row) is { } found)
            {
                fields[ColumnName(value.Value.Name)] = found;
            }
        }

        return fields;
    }

    /// <summary>The kernel's part of the stack, without the tracer's own frames; null where none was asked for.</summary>
    public RowFrames? KernelStack(Row row) => Stack(events[row.Event].Layout.ReadKernelStack(row), null) is { } stack
        ? stack with { Frames = [.. stack.Frames.SkipWhile(frame => TracerFrames.Contains(frame.Name))] }
        : null;

    /// <summary>The process's part of the stack; null where none was asked for.</summary>
    public RowFrames? UserStack(Row row) => Stack(events[row.Event].Layout.ReadUserStack(row), row.Pid);

    private RowFrames? Stack((ulong[] Addresses, int Errno)? stack, int? pid) =>
        stack is var (addresses, errno) ? new RowFrames(names.Stack(pid, addresses), errno) : null;

    private string Message(Row row, FormatSyntax format)
    {
        var output = new ArrayBufferWriter<byte>(128);
        var next = 0;
        foreach (var piece in format.Pieces)
        {
            if (piece is LiteralSyntax literal)
            {
                FormatRenderer.Append(output, literal);
            }
            else if (piece is ConversionSyntax conversion)
            {
                events[row.Event].Values[next++].Append(output, conversion, row);
            }
        }

        // BCC's users often end a format as C's do, though a line ends anyway.
        return ScalarText.Text(output.WrittenSpan).TrimEnd('\n');
    }

    /// <summary>A parameter may be named like a column that every row has: <c>kill(pid_t pid, int sig)</c>.</summary>
    private static string ColumnName(string name) =>
        CommonColumns.Contains(name) || name.Length == 0 || !IsName().IsMatch(name) ? $"{name}_" : name;

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex IsName();

    private sealed class EventReader(EventLayout layout, ValueReader[] values)
    {
        public EventLayout Layout => layout;

        public ValueReader[] Values => values;

        public bool HasUserSymbols { get; } = Array.Exists(values, value => value.IsUserSymbol);

        /// <summary>The value in each column of the session, or null.</summary>
        public ValueReader?[] Columns { get; set; } = [];

        public static EventReader Create(BoundSpec bound, IAddressNames names, BoundEvent one, RowOptions options)
        {
            var layout = new EventLayout(one, options);
            return new EventReader(layout, [.. one.Values.Select((value, index) =>
                new ValueReader(bound, one.Scope, names, layout, value, index))]);
        }
    }
}
