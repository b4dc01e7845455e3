using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Expressions.Checking;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>
/// Where things lie in the key of a distribution's map, in bytes, little-endian. Equal values must give equal bytes: what
/// is not used is zero, also behind the end of a text. The kernel's program writes it, the session reads it.
/// </summary>
public sealed class DistributionKeyLayout
{
    /// <summary>The bucket of a histogram (s32), see <see cref="Buckets"/>; it is no part of what is told apart.</summary>
    internal const int Bucket = 0;

    /// <summary>The target, where a value is its name; else 0 (u32).</summary>
    internal const int Slot = 4;

    /// <summary>The process, where a value is an address in it that is shown by name; else 0 (u32).</summary>
    internal const int Pid = 8;

    /// <summary>The thread's name, if it is a value.</summary>
    internal const int Comm = 12;

    /// <summary>
    /// Most bytes of a key, which is made on the stack of the program: of its 512 bytes the rest is for what is computed.
    /// </summary>
    public const int MaxSize = 320;

    private const int WithoutComm = Comm + sizeof(uint);
    private const int WithComm = WithoutComm + RowRecord.CommLength;

    /// <summary>The layout of what is told apart at an event's hits.</summary>
    public DistributionKeyLayout(BoundEvent asked, int stringSize)
    {
        Values = new EventLayout(asked, new RowOptions { StringSize = stringSize });
        HasComm = asked.Values.Any(value => Is(value.Value, Builtin.Name));
        HasSlot = asked.Values.Any(value => Is(value.Value, Builtin.Function));
        HasPid = asked.Values.Any(value =>
            value.Value is DisplayExpression { Display: Display.UserSymbol } || value.Conversion?.Letter == 'U');
        Start = HasComm ? WithComm : WithoutComm;
    }

    /// <summary>The values, from <see cref="Start"/> on.</summary>
    public EventLayout Values { get; }

    /// <summary>Where the values begin.</summary>
    public int Start { get; }

    /// <summary>A bit for each value that could not be read, the lowest for the first (u32).</summary>
    internal int Faults => Start - sizeof(uint);

    /// <summary>Bytes of a key, a multiple of 8.</summary>
    public int Size => Start + Values.Size;

    /// <summary>Whether the thread's name is a value.</summary>
    internal bool HasComm { get; }

    /// <summary>Whether the target's name is a value.</summary>
    internal bool HasSlot { get; }

    /// <summary>Whether the process must be known to name an address.</summary>
    internal bool HasPid { get; }

    /// <summary>The bucket in a key.</summary>
    internal static int BucketOf(ReadOnlySpan<byte> key) => MemoryMarshal.Read<int>(key);

    /// <summary>A key as a row, by which its values are put into words.</summary>
    public Row ToRow(ReadOnlyMemory<byte> key, int boundEvent)
    {
        var bytes = key.Span;
        var comm = HasComm ? key.Slice(Comm, RowRecord.CommLength) : default;
        return new Row(
            0,
            MemoryMarshal.Read<int>(bytes[Slot..]),
            0,
            MemoryMarshal.Read<int>(bytes[Pid..]),
            0,
            comm.Span.IndexOf((byte)0) is >= 0 and var end ? comm[..end] : comm,
            boundEvent,
            MemoryMarshal.Read<uint>(bytes[Faults..]),
            key[Start..]);
    }

    private static bool Is(TypedExpression value, Builtin builtin) =>
        value is SourceExpression { Source: BuiltinSource source } && source.Builtin == builtin;
}
