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
    private long _counted;

    private Traced(BoundSpec bound, TracingSession session) => (_bound, _session) = (bound, session);

    internal TracingSession Session => _session;

    internal List<Row> Rows { get; } = [];

    internal static Traced Start(
        string arguments, Func<ProgramImage, ProgramImage>? change = null, bool perfBuffers = false)
    {
        var compiled = Counting.Compile($"trace {arguments}");
        var bound = compiled.Bound!; // Compile fails the test without one.
        bound = bound with { Options = bound.Options with { PerfBuffers = perfBuffers } };
        var image = ProgramBuilder.Build(bound);
        var session = TracingSession.Start(change?.Invoke(image) ?? image, bound.Targets);
        Assert.Empty(session.Report.Skipped);
        return new Traced(bound, session);
    }

    /// <summary>The last tick's.</summary>
    internal long? OpenCalls { get; private set; }

    /// <summary>Reads what came so far.</summary>
    internal void Tick()
    {
        var tick = _session.TakeTick();
        Rows.AddRange(tick.Rows!.Rows()); // A session with rows always has them.
        _counted += tick.Counts.Sum(count => count.Delta);
        Assert.Empty(tick.Losses);
    }

    /// <summary>Stops, reads what is left, and checks that nothing was lost but this, and that all is accounted for.</summary>
    internal IReadOnlyList<string> Finish(params IReadOnlyList<LossDelta> losses)
    {
        Assert.Equal(losses, Stop());
        return [.. Rows.Select(InWords)];
    }

    /// <summary>The same, where some was lost for one cause and it does not matter how much.</summary>
    internal IReadOnlyList<string> FinishWith(LossCause cause)
    {
        Assert.Equal(cause, Assert.Single(Stop()).Cause);
        return [.. Rows.Select(InWords)];
    }

    private IReadOnlyList<LossDelta> Stop()
    {
        _session.StopCounting();
        var tick = _session.TakeTick();
        Rows.AddRange(tick.Rows!.Rows()); // A session with rows always has them.
        _counted += tick.Counts.Sum(count => count.Delta);
        Assert.Equal(_counted, Rows.Count + tick.Losses.Sum(loss => loss.Count));
        OpenCalls = tick.OpenCalls;
        return tick.Losses;
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
