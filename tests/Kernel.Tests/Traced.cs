using System.Text;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Sessions;

namespace BpfDashboard.Kernel.Tests;

/// <summary>A trace session, and the values of its events as plain text.</summary>
internal sealed class Traced : IDisposable
{
    private readonly BoundSpec _bound;
    private readonly TracingSession _session;

    private Traced(BoundSpec bound, TracingSession session) => (_bound, _session) = (bound, session);

    internal List<Row> Rows { get; } = [];

    internal static Traced Start(string arguments, Func<ProgramImage, ProgramImage>? change = null)
    {
        var compiled = Counting.Compile($"trace {arguments}");
        var (bound, image) = (compiled.Bound!, compiled.Image!); // Compile fails the test without them.
        var session = TracingSession.Start(change?.Invoke(image) ?? image, bound.Targets);
        Assert.Empty(session.Report.Skipped);
        return new Traced(bound, session);
    }

    /// <summary>Stops, reads what is left, and checks that nothing was lost.</summary>
    internal IReadOnlyList<string> Finish()
    {
        _session.StopCounting();
        var tick = _session.TakeTick();
        Rows.AddRange(tick.Rows!.Rows()); // A session with rows always has them.
        Assert.Empty(tick.Losses);
        return [.. Rows.Select(InWords)];
    }

    /// <summary>The values in order, with blanks: numbers, texts in quotes, bytes in hexadecimal, <c>fault</c>.</summary>
    internal string InWords(Row row)
    {
        var sent = _bound.Events[row.Event];
        var layout = new EventLayout(sent, _bound.Options.Rows!); // trace has them
        return string.Join(' ', sent.Values.Select((_, index) => InWords(layout, row, index)));
    }

    /// <summary>The names of the columns of an event.</summary>
    internal IEnumerable<string> Columns(int index = 0) => _bound.Events[index].Values.Select(value => value.Name);

    /// <summary>What puts the rows in words; it names no addresses.</summary>
    internal RowRenderer Renderer() => new(_bound, new SymbolNames(() => throw new InvalidOperationException("No address is asked for.")));

    internal string Name(Row row) => _bound.Targets[row.Slot].Name;

    internal (ulong[] Addresses, int Errno) Stack(Row row, bool isUser)
    {
        var layout = new EventLayout(_bound.Events[row.Event], _bound.Options.Rows!); // trace has them
        return (isUser ? layout.ReadUserStack(row) : layout.ReadKernelStack(row))!.Value; // only if asked for
    }

    public void Dispose() => _session.Dispose();

    private static string InWords(EventLayout layout, Row row, int index) => layout.Read(row, index) switch
    {
        { IsFault: true } => "fault",
        var value => layout.Values[index].Form switch
        {
            ValueForm.Number => $"{value.Number}",
            ValueForm.Text => $"\"{Encoding.UTF8.GetString(value.Bytes.Span)}\"",
            ValueForm.Whole => Convert.ToHexString(value.Bytes.Span),
            _ => "known",
        },
    };
}
