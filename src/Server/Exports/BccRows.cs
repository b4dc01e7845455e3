using System.Globalization;
using System.Text;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// The text of BCC's trace:
/// <code>
/// TIME     CPU PID     TID     COMM            FUNC             -
/// 0.000131 1   2740    2741    curl            tcp_connect      127.0.0.1:443
/// </code>
/// The time is that of the event, where BCC's -T shows that of printing. Stacks follow, and then a blank line. With -A
/// what is equal is one, with <c>--&gt;COUNT 17</c> behind it, the most frequent first.
/// </summary>
/// <param name="zone">For the time of day; null for the server's.</param>
internal sealed class BccRows(RowRenderer renderer, RowClock clock, TimeZoneInfo? zone = null)
{
    private readonly RowOptions options = renderer.Options;

    /// <summary>The heading, with its line feed.</summary>
    public string Header
    {
        get
        {
            var time = options.Time switch
            {
                TimeColumn.None => "",
                TimeColumn.Unix => $"{"TIME",-17} ",
                _ => $"{"TIME",-8} ",
            };
            var cpu = options.ShowCpu ? $"{"CPU",-3} " : "";
            return $"{time}{cpu}{"PID",-7} {"TID",-7} {"COMM",-15} {"FUNC",-16} {(renderer.HasWords ? "-" : "")}\n";
        }
    }

    /// <summary>A row, without a line feed.</summary>
    public string Line(Row row)
    {
        var cpu = options.ShowCpu ? string.Create(CultureInfo.InvariantCulture, $"{row.Cpu,-3} ") : "";
        var comm = PlainText.Escape(RowRenderer.Comm(row));
        var function = PlainText.Escape(renderer.ShortFunction(row));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Time(row)}{cpu}{row.Pid,-7} {row.Tid,-7} {comm,-15} {function,-16} {PlainText.Escape(renderer.Words(row))}");
    }

    /// <summary>A row with its stacks (<c>-K</c>, <c>-U</c>), the kernel's first; each line with its line feed.</summary>
    public string Event(Row row)
    {
        var text = new StringBuilder(Line(row)).Append('\n');
        Append(text, renderer.KernelStack(row));
        Append(text, renderer.UserStack(row));
        return text.ToString();
    }

    private void Append(StringBuilder text, RowFrames? stack)
    {
        foreach (var frame in stack?.Frames ?? [])
        {
            text.Append("        ");
            text.Append(CultureInfo.InvariantCulture, $"{(options.Addresses ? $"{frame.Address.ToString("x", CultureInfo.InvariantCulture),16} " : "")}");
            text.Append(PlainText.Escape(SymbolNames.Print(frame))).Append('\n');
        }

        if (stack is { Errno: not 0 })
        {
            text.Append(CultureInfo.InvariantCulture, $"        {-stack.Errno}\n");
        }
    }

    /// <summary>All rows with their heading; with -A how often each line was.</summary>
    public IEnumerable<string> Text(IEnumerable<Row> rows)
    {
        yield return Header;
        var end = options.KernelStack || options.UserStack ? "\n" : "";
        foreach (var line in options.Aggregate ? Counted(rows) : rows.Select(row => Event(row) + end))
        {
            yield return line;
        }
    }

    private IEnumerable<string> Counted(IEnumerable<Row> rows) => rows
        .GroupBy(Event).Select(group => (Line: group.Key, Count: group.LongCount())).OrderByDescending(line => line.Count)
        .Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Line}-->COUNT {line.Count}\n\n"));

    private string Time(Row row) => options.Time switch
    {
        TimeColumn.None => "",
        TimeColumn.SinceStart => $"{Cut(Seconds(clock.Nanoseconds(row)), 8),-8} ",
        TimeColumn.Unix => $"{Cut(Seconds(UnixNanoseconds(row)), 17),-17} ",
        _ => TimeZoneInfo.ConvertTime(clock.TimeOf(row), zone ?? TimeZoneInfo.Local)
            .ToString("HH:mm:ss ", CultureInfo.InvariantCulture),
    };

    private Int128 UnixNanoseconds(Row row) =>
        ((Int128)(clock.Begin - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) + clock.Nanoseconds(row);

    /// <summary>As C's %.6f.</summary>
    private static string Seconds(Int128 nanoseconds) =>
        ((decimal)nanoseconds / 1_000_000_000m).ToString("0.000000", CultureInfo.InvariantCulture);

    // BCC cuts too: from 10 s on the microseconds lose digits.
    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;
}
