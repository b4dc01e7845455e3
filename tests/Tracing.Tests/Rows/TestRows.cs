using System.Buffers.Binary;
using System.Text;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Tests.Expressions.Checking;

namespace BpfDashboard.Tracing.Tests.Rows;

/// <summary>A session of events as the binder would make them, and rows as the kernel would send them.</summary>
internal static class TestRows
{
    /// <summary>An event without a format, whose values are named after their expressions.</summary>
    public static BoundEvent Event(string scope, params string[] expressions) => new(
        SmallKernel.Scope(scope), null, null, [.. expressions.Select(text => Value(scope, text))]);

    /// <summary>An event with a format, as <c>"%d %s", level, name</c> without the names.</summary>
    public static BoundEvent Formatted(string scope, string format, params string[] expressions)
    {
        var diagnostics = new List<Diagnostic>();
        var syntax = FormatParser.Parse(ExpressionParser.Reader(SourceText.Of($"\"{format}\""), diagnostics)!)!; // or the test is wrong
        var values = expressions.Select(text => ExpressionParser.Parse(text, diagnostics)!).ToList();
        var arguments = new FormatChecker(SmallKernel.Scope(scope), SmallKernel.Types, diagnostics).Check(syntax, values);
        Assert.Empty(diagnostics);
        return new BoundEvent(SmallKernel.Scope(scope), null, syntax, [.. arguments!.Zip(expressions, (argument, text) =>
            new EventValue(NameOf(text), text, argument.Value, argument.Conversion))]);
    }

    public static BoundSpec Session(params BoundEvent[] events) => Session(new RowOptions(), events);

    public static BoundSpec Session(RowOptions options, params BoundEvent[] events) => new(
        Parser.Parse("funccount c:f", [])!, // stands for any command
        new SessionOptions { Rows = options },
        [new Target(0, "tcp_connect", TargetKind.KernelFunction, null, []), new Target(1, "t:sock:accept", TargetKind.Tracepoint, null, [])],
        [], [], [])
    { Events = events };

    /// <summary>A row of the first event. Values are numbers, texts, or bytes; null is one that could not be read.</summary>
    public static Row Row(BoundSpec session, params object?[] values) => Row(session, 0, values);

    public static Row Row(BoundSpec session, int index, object?[] values, int pid = 7, string comm = "curl", ulong time = 0)
    {
        var layout = new EventLayout(session.Events[index], session.Options.Rows!);
        var record = new byte[RowRecord.HeaderSize + layout.Size];
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(RowRecord.Time), time);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(RowRecord.Cpu), 3);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(RowRecord.Pid), pid);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(RowRecord.Tid), pid + 1);
        Encoding.Latin1.GetBytes(comm).CopyTo(record, RowRecord.Comm);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(RowRecord.Event), index);
        for (var value = 0; value < values.Length; value++)
        {
            Write(record, layout.Values[value], value, values[value]);
        }

        return Aggregation(record);
    }

    private static void Write(byte[] record, ValueLayout layout, int index, object? value)
    {
        var place = record.AsSpan(RowRecord.HeaderSize + layout.Offset, layout.Size);
        switch (value)
        {
            case null:
                record[RowRecord.Faults + (index / 8)] |= (byte)(1 << (index % 8));
                break;
            case string text:
                BinaryPrimitives.WriteInt32LittleEndian(place, text.Length + 1);
                Encoding.Latin1.GetBytes(text).CopyTo(place[sizeof(int)..]);
                break;
            case byte[] bytes:
                bytes.CopyTo(place);
                break;
            case ulong big:
                BinaryPrimitives.WriteUInt64LittleEndian(place, big);
                break;
            case string[]:
                break; // known without being sent
            default:
                BinaryPrimitives.WriteInt64LittleEndian(place, Convert.ToInt64(value));
                break;
        }
    }

    private static Row Aggregation(byte[] record)
    {
        var block = new byte[sizeof(int) + record.Length];
        BinaryPrimitives.WriteInt32LittleEndian(block, record.Length);
        record.CopyTo(block, sizeof(int));
        return new RowBlock(block, 1).At(0);
    }

    private static EventValue Value(string scope, string text)
    {
        var diagnostics = new List<Diagnostic>();
        var value = Checker.Value(ExpressionParser.Parse(text, diagnostics)!, SmallKernel.Scope(scope), SmallKernel.Types, diagnostics);
        Assert.Empty(diagnostics);
        return new EventValue(NameOf(text), text, value!, null);
    }

    private static string NameOf(string text) => string.Concat(text[(text.LastIndexOf('>') + 1)..].Where(c => char.IsLetterOrDigit(c) || c == '_'));
}

/// <summary>Names addresses after themselves.</summary>
internal sealed class PlainNames : IAddressNames
{
    public List<(int Pid, string Comm)> Met { get; } = [];

    public void Meet(int pid, ReadOnlySpan<byte> comm) => Met.Add((pid, Encoding.Latin1.GetString(comm)));

    public string Kernel(ulong address) => $"k{address:x}+0x1 [kernel]";

    public string User(int pid, ulong address) => $"u{address:x}+0x1 [bin{pid}]";

    public IReadOnlyList<ResolvedFrame> Stack(int? pid, ReadOnlySpan<ulong> addresses) =>
        [.. addresses.ToArray().Select(address => new ResolvedFrame($"{pid}", null, FrameKind.User, 0, address))];
}
