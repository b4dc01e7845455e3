using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Exports;

/// <summary>The files of rows. Each is written row by row, and ends in the ledger of its range.</summary>
internal static class RowExports
{
    private const int LinesPerFlush = 1000;

    private static readonly string[] CsvColumns =
        ["kind", "number", "time_ms", "cpu", "pid", "tid", "comm", "func", "message"];

    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The text of BCC's trace (<see cref="BccRows"/>), and behind it what BCC writes to stderr
    /// (<see cref="BccExport.Lost"/>).
    /// </summary>
    public static async Task WriteBccAsync(ExportedRows rows, Stream target, TimeZoneInfo? zone = null)
    {
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true);
        var text = new BccRows(rows.Renderer, rows.Recording.Clock, zone);
        foreach (var line in text.Text(rows.Read().Select(row => row.Row)))
        {
            await writer.WriteAsync(line);
        }

        await writer.WriteAsync(BccExport.Lost(rows.Losses));
    }

    /// <summary>
    /// A line for each row and for each entry of the ledger (RFC 4180); the counts in the last column add up to the
    /// events. Numbers are as people read them, in the host's byte order; what could not be read is <c>&lt;fault&gt;</c>.
    /// </summary>
    public static async Task WriteCsvAsync(ExportedRows rows, Stream target)
    {
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" };
        var values = rows.Renderer.Columns.Select(column => CsvColumns.Contains(column.Name) || column.Name == "events"
            ? $"{column.Name}_" : column.Name);
        await writer.WriteLineAsync(string.Join(',', [.. CsvColumns, .. values, "events"]));
        foreach (var row in rows.Read())
        {
            await writer.WriteLineAsync(CsvLine(rows, row));
        }

        var blanks = new string(',', rows.Renderer.Columns.Count);
        foreach (var loss in rows.Losses)
        {
            var kind = LedgerCauses.IsLoss(loss) ? "loss" : "left out";
            await writer.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{kind},,,,,,,,{CsvExport.Field(loss.Reason)},{blanks}{loss.Count}"));
        }
    }

    /// <summary>
    /// A JSON object for each row, with a line feed; the last one has the ledger in place of a number. Values are
    /// numbers or texts as people read them; null is what could not be read, and no value is what the event has not.
    /// What numbers are called, where they are, is in <c>words</c>.
    /// <code>
    /// {"number":0,"timeMs":1.5,"cpu":0,"pid":7,"tid":7,"comm":"curl","func":"tcp_connect","values":{"sk_dport":443}}
    /// {"events":1,"losses":[{"cause":"ringFull","reason":"…","count":17}],"leftOut":[],"misses":0,"skipped":[]}
    /// </code>
    /// </summary>
    public static async Task WriteJsonLinesAsync(ExportedRows rows, Stream target)
    {
        using var line = new MemoryStream();
        await using var json = new Utf8JsonWriter(line, JsonOptions);
        var count = 0L;
        foreach (var row in rows.Read())
        {
            WriteRow(json, rows, row);
            End(json, line);
            if (++count % LinesPerFlush == 0)
            {
                await SendAsync(line, target);
            }
        }

        WriteLedger(json, rows, count);
        End(json, line);
        await SendAsync(line, target);
    }

    private static string CsvLine(ExportedRows rows, NumberedRow numbered)
    {
        var (renderer, row) = (rows.Renderer, numbered.Row);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"event,{numbered.Number},{rows.Recording.Clock.Milliseconds(row):0.######},");
        text.Append(CultureInfo.InvariantCulture, $"{row.Cpu},{row.Pid},{row.Tid},");
        text.Append(CsvExport.Field(RowRenderer.Comm(row))).Append(',').Append(CsvExport.Field(renderer.Function(row)));
        text.Append(',').Append(CsvExport.Field(renderer.Message(row) ?? ""));
        for (var column = 0; column < renderer.Columns.Count; column++)
        {
            text.Append(',').Append(NumberIn(renderer, numbered, column) is { } number
                ? number.ToString(CultureInfo.InvariantCulture)
                : CsvExport.Field(renderer.Show(row, column)?.Text ?? ""));
        }

        return text.Append(",1").ToString();
    }

    private static Int128? NumberIn(RowRenderer renderer, NumberedRow row, int column) =>
        renderer.Columns[column].IsNumber ? renderer.Number(row.Row, column) : null;

    private static void WriteRow(Utf8JsonWriter json, ExportedRows rows, NumberedRow numbered)
    {
        var (renderer, row) = (rows.Renderer, numbered.Row);
        json.WriteStartObject();
        json.WriteNumber("number", numbered.Number);
        json.WriteNumber("timeMs", rows.Recording.Clock.Milliseconds(row));
        json.WriteNumber("cpu", row.Cpu);
        json.WriteNumber("pid", row.Pid);
        json.WriteNumber("tid", row.Tid);
        json.WriteString("comm", RowRenderer.Comm(row));
        json.WriteString("func", renderer.Function(row));
        if (renderer.Message(row) is { } message)
        {
            json.WriteString("message", message);
        }

        json.WriteStartObject("values");
        for (var column = 0; column < renderer.Columns.Count; column++)
        {
            if (renderer.Show(row, column) is { } shown)
            {
                WriteValue(json, renderer.Columns[column].Name, shown, NumberIn(renderer, numbered, column));
            }
        }

        json.WriteEndObject();
        WriteWords(json, rows, row);
        WriteStack(json, "kernelStack", renderer.KernelStack(row));
        WriteStack(json, "userStack", renderer.UserStack(row));
        json.WriteEndObject();
    }

    /// <summary><c>"words":{"gfp_flags":"GFP_KERNEL"}</c>; nothing where no number has any.</summary>
    private static void WriteWords(Utf8JsonWriter json, ExportedRows rows, Row row)
    {
        var isFirst = true;
        foreach (var (column, index) in rows.Renderer.Columns.Select((column, index) => (column, index)))
        {
            if (column is { IsNumber: true, HasWords: true } && rows.Renderer.Show(row, index) is { Raw: not null, Text: var text })
            {
                if (isFirst)
                {
                    json.WriteStartObject("words");
                    isFirst = false;
                }

                json.WriteString(column.Name, text);
            }
        }

        if (!isFirst)
        {
            json.WriteEndObject();
        }
    }

    /// <summary>Frames as BCC prints them, innermost first; nothing where no stack was asked for.</summary>
    private static void WriteStack(Utf8JsonWriter json, string name, RowFrames? stack)
    {
        if (stack is not null)
        {
            json.WriteStartArray(name);
            foreach (var frame in stack.Frames)
            {
                json.WriteStringValue(SymbolNames.Print(frame));
            }

            json.WriteEndArray();
        }
    }

    private static void WriteValue(Utf8JsonWriter json, string name, ShownValue shown, Int128? number)
    {
        json.WritePropertyName(name);
        if (shown.IsFault)
        {
            json.WriteNullValue();
        }
        else if (number is { } whole)
        {
            json.WriteRawValue(whole.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteStringValue(shown.Text);
        }
    }

    private static void WriteLedger(Utf8JsonWriter json, ExportedRows rows, long count)
    {
        json.WriteStartObject();
        json.WriteNumber("events", count);
        WriteEntries(json, "losses", rows.Losses.Where(LedgerCauses.IsLoss));
        WriteEntries(json, "leftOut", rows.Losses.Where(loss => !LedgerCauses.IsLoss(loss)));
        json.WriteNumber("misses", rows.Misses);
        json.WriteStartArray("skipped");
        foreach (var skipped in rows.Details.Skipped)
        {
            json.WriteStartObject();
            json.WriteString("name", skipped.Name);
            json.WriteString("reason", skipped.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter json, string name, IEnumerable<LossInfo> entries)
    {
        json.WriteStartArray(name);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("cause", entry.Cause);
            json.WriteString("reason", entry.Reason);
            json.WriteNumber("count", entry.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void End(Utf8JsonWriter json, MemoryStream line)
    {
        json.Flush();
        json.Reset();
        line.WriteByte((byte)'\n');
    }

    private static async Task SendAsync(MemoryStream lines, Stream target)
    {
        await target.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length));
        lines.SetLength(0);
    }
}
