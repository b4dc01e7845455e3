using System.Buffers.Binary;
using System.Text;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Server.Tests;

/// <summary>
/// A session of two events, and rows as the kernel's programs send them: <c>"%d %s", port, path</c>, and one without a
/// format that has a port only.
/// </summary>
internal static class ScriptedRows
{
    private const int HeaderSize = 48;

    public static IReadOnlyList<BoundEvent> Events { get; } =
    [
        new(Scope("connect"), null, new FormatSyntax(default, [Conversion('d'), new LiteralSyntax(default, [(byte)' ']), Conversion('s')]),
            [Value("port", CoreTypes.Int, Conversion('d')), Value("path", new PointerType(CoreTypes.Char), Conversion('s'))]),
        new(Scope("accept"), null, null, [Value("port", CoreTypes.Int, null)]),
    ];

    public static BoundSpec Bound(RowOptions? options = null) => new(
        Parser.Parse("funccount c:f", [])!, // stands for any command
        new SessionOptions { Rows = options ?? new RowOptions() },
        [new Target(0, "tcp_connect", TargetKind.KernelFunction, null, []), new Target(1, "t:sock:accept", TargetKind.Tracepoint, null, [])],
        [], [], [])
    { Events = Events };

    public static RowRecording Recording(
        RowOptions? options = null, long maxRows = 1_000_000, TimeProvider? time = null) =>
        new(new RowRenderer(Bound(options), new NoNames()), maxRows, long.MaxValue, time) { Clock = new RowClock(0, DateTimeOffset.UnixEpoch) };

    /// <summary>A row of the event with a format; a path of null is one that could not be read.</summary>
    public static byte[] Connect(int port, string? path, int pid = 7, string comm = "curl", ulong time = 0) =>
        Record(0, pid, comm, time, port, path, path is null);

    /// <summary>A row of the event without one.</summary>
    public static byte[] Accept(int port, ulong time = 0) => Record(1, 1, "nginx", time, port, null, false);

    /// <summary>The same with the stacks that the options ask for; null is one that could not be taken (EFAULT).</summary>
    public static byte[] WithStacks(byte[] record, RowOptions options, ulong[]? kernel, ulong[]? user)
    {
        var layout = new EventLayout(Events[BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(40))], options);
        var longer = new byte[HeaderSize + layout.Size];
        record.CopyTo(longer, 0);
        Write(layout.KernelStack, kernel, begin: sizeof(long));
        Write(layout.UserStack, user, begin: 2 * sizeof(long)); // no caller is known
        return longer;

        void Write(int? part, ulong[]? frames, int begin)
        {
            if (part is { } place)
            {
                BinaryPrimitives.WriteInt64LittleEndian(longer.AsSpan(HeaderSize + place), frames?.Length * sizeof(ulong) ?? -14);
                Buffer.BlockCopy(frames ?? [], 0, longer, HeaderSize + place + begin, (frames?.Length ?? 0) * sizeof(ulong));
            }
        }
    }

    public static RowBlock Block(params IEnumerable<byte[]> records)
    {
        var (bytes, count) = (new List<byte>(), 0);
        foreach (var record in records)
        {
            bytes.AddRange(BitConverter.GetBytes(record.Length));
            bytes.AddRange(record);
            count++;
        }

        return new RowBlock(bytes.ToArray(), count);
    }

    private static byte[] Record(int index, int pid, string comm, ulong time, int port, string? path, bool isFault)
    {
        var layout = new EventLayout(Events[index], new RowOptions());
        var record = new byte[HeaderSize + layout.Size];
        BinaryPrimitives.WriteUInt64LittleEndian(record, time);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), index);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), pid % 2);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(16), pid);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(20), pid + 1);
        Encoding.Latin1.GetBytes(comm).CopyTo(record, 24);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(40), index);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(44), isFault ? 2 : 0);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(HeaderSize + layout.Values[0].Offset), port);
        if (path is not null)
        {
            var place = record.AsSpan(HeaderSize + layout.Values[1].Offset);
            BinaryPrimitives.WriteInt32LittleEndian(place, path.Length + 1);
            Encoding.Latin1.GetBytes(path).CopyTo(place[sizeof(int)..]);
        }

        return record;
    }

    private static ProbeScope Scope(string name) => new() { Site = ProbeSite.KernelEntry, Name = name };

    private static EventValue Value(string name, DataType type, ConversionSyntax? conversion) =>
        new(name, name, new SourceExpression(type, default, new ArgumentSource(0)), conversion);

    private static ConversionSyntax Conversion(char letter) => new(default, FormatOptions.None, 0, null, "", letter);

    private sealed class NoNames : IAddressNames
    {
        public void Meet(int pid, ReadOnlySpan<byte> comm)
        {
        }

        public string Kernel(ulong address) => "k";

        public string User(int pid, ulong address) => "u";

        public IReadOnlyList<ResolvedFrame> Stack(int? pid, ReadOnlySpan<ulong> addresses) =>
        [
            .. addresses.ToArray().Select(address => pid is null
                ? new ResolvedFrame($"k{address:x}", "kernel", FrameKind.Kernel, 1, address)
                : new ResolvedFrame($"u{address:x}", "/usr/bin/curl", FrameKind.User, 2, address)),
        ];
    }
}
