using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>How a value is sent.</summary>
public enum ValueForm
{
    /// <summary>A scalar, in 8 bytes, extended from its type's width.</summary>
    Number,

    /// <summary>A text: its length with the 0 at its end (s32), then as many bytes as the session's string size.</summary>
    Text,

    /// <summary>A struct, union or array as it lies in memory.</summary>
    Whole,

    /// <summary>Nothing: it is known for each target beforehand (<c>$func</c>), or in every row (<c>$comm</c>).</summary>
    Known,
}

/// <summary>Where a value lies in its record, in bytes behind the header.</summary>
public sealed record ValueLayout(ValueForm Form, int Offset, int Size);

/// <summary>Where the values of an event lie in its record. The kernel's program and the reader both ask here.</summary>
public sealed class EventLayout
{
    /// <summary>Most bytes of a struct or array that are sent; the rest is left out, and said to be.</summary>
    public const int MaxWhole = 4096;

    /// <summary>Most bytes of a record, which instructions can address; the ring buffer has room for a thousand of these.</summary>
    public const int MaxSize = 16 << 10;

    /// <summary>Where in the part of the kernel stack its frames begin.</summary>
    internal const int KernelFrames = sizeof(long);

    /// <summary>Where in the part of the user stack the caller's address lies, 0 if it is not known (u64).</summary>
    internal const int Caller = sizeof(long);

    /// <summary>Where in the part of the user stack its frames begin.</summary>
    internal const int UserFrames = Caller + sizeof(ulong);

    /// <summary>Where in the part of the user stack it says how unwinding by tables ended, -1 if there were none (s64).</summary>
    internal const int UserEnd = UserFrames + StackRecord.MaxPart;

    private readonly ValueLayout[] _values;

    /// <summary>The layout of an event in a session with such options.</summary>
    public EventLayout(BoundEvent bound, RowOptions options)
    {
        var offset = 0;
        _values = new ValueLayout[bound.Values.Count];
        foreach (var (index, value) in bound.Values.Index())
        {
            var (form, size) = Shape(value, options.StringSize);
            _values[index] = new ValueLayout(form, offset, size);
            offset += (size + 7) & ~7;
        }

        KernelStack = options.KernelStack ? Take(ref offset, KernelFrames + StackRecord.MaxPart) : null;
        UserStack = options.UserStack ? Take(ref offset, UserEnd + sizeof(long)) : null;
        Size = offset;
    }

    /// <summary>Where the kernel stack lies: its length in bytes, or a negative errno (s64), then frames; null for none.</summary>
    public int? KernelStack { get; }

    /// <summary>The same of the user stack, but that the caller's address stands before the frames; null for none.</summary>
    public int? UserStack { get; }

    /// <summary>Each value of the event, in order.</summary>
    public IReadOnlyList<ValueLayout> Values => _values;

    /// <summary>Bytes of all values.</summary>
    public int Size { get; }

    /// <summary>One value of a row.</summary>
    public RowValue Read(Row row, int index)
    {
        var layout = _values[index];
        if ((row.Faults & (1u << index)) != 0)
        {
            return new RowValue(true, 0, default);
        }

        var bytes = row.Values.Slice(layout.Offset, layout.Size);
        return layout.Form switch
        {
            ValueForm.Number => new RowValue(false, MemoryMarshal.Read<long>(bytes.Span), default),
            ValueForm.Text => new RowValue(false, 0, Text(bytes)),
            ValueForm.Known => default,
            _ => new RowValue(false, 0, bytes),
        };
    }

    /// <summary>The kernel stack of a row, if it has one: addresses, innermost first, or the errno of why there are none.</summary>
    public (ulong[] Addresses, int Errno)? ReadKernelStack(Row row) =>
        KernelStack is { } part ? Frames(row.Values.Span[part..], KernelFrames) : null;

    /// <summary>
    /// The same of the user stack. At a function's first instruction its caller is only on top of the stack, and not in the
    /// chain of frame pointers yet.
    /// </summary>
    public (ulong[] Addresses, int Errno)? ReadUserStack(Row row)
    {
        if (UserStack is not { } part)
        {
            return null;
        }

        var bytes = row.Values.Span[part..];
        var caller = MemoryMarshal.Read<ulong>(bytes[Caller..]);
        var (addresses, errno) = Frames(bytes, UserFrames);
        var isMissing = caller != 0 && addresses.Length > 0 && (addresses.Length == 1 || addresses[1] != caller);
        return (isMissing ? [addresses[0], caller, .. addresses.AsSpan(1)] : addresses, errno);
    }

    private static (ulong[] Addresses, int Errno) Frames(ReadOnlySpan<byte> part, int frames)
    {
        var length = MemoryMarshal.Read<long>(part);
        return length < 0
            ? ([], (int)-length)
            : (MemoryMarshal.Cast<byte, ulong>(part.Slice(frames, (int)Math.Min(length, StackRecord.MaxPart))).ToArray(), 0);
    }

    private static int Take(ref int offset, int size)
    {
        var part = offset;
        offset += size;
        return part;
    }

    /// <summary>The text without the 0 at its end.</summary>
    private static ReadOnlyMemory<byte> Text(ReadOnlyMemory<byte> bytes)
    {
        var length = Math.Clamp(MemoryMarshal.Read<int>(bytes.Span) - 1, 0, bytes.Length - sizeof(int));
        var text = bytes.Slice(sizeof(int), length);
        return text.Span.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text;
    }

    /// <summary>What shape a value is sent in: see <see cref="ValueForm"/>.</summary>
    private static (ValueForm Form, int Size) Shape(EventValue value, int stringSize) => value.Value switch
    {
        DisplayExpression shown => Shape(shown.Operand),
        SourceExpression { Source: BuiltinSource { Builtin: Builtin.Name or Builtin.Function } } => (ValueForm.Known, 0),
        TextExpression => (ValueForm.Known, 0),
        var plain when IsText(plain.Type, value.Conversion?.Letter) => (ValueForm.Text, sizeof(int) + stringSize),
        var plain => Shape(plain),
    };

    private static (ValueForm Form, int Size) Shape(TypedExpression value) =>
        value is PlaceExpression { Type.Unaliased: StructType or ArrayType } place
            ? (ValueForm.Whole, Math.Min(place.Type.Size, MaxWhole))
            : (ValueForm.Number, sizeof(long));

    /// <summary>What %s prints is a text; so is, where nothing is said, what is declared as characters.</summary>
    private static bool IsText(DataType type, char? conversion) => conversion switch
    {
        's' => true,
        null or 'v' => type.Unaliased is ArrayType { Element: var element } ? IsCharacter(element)
            : type.Unaliased is PointerType { Target: var target } && IsCharacter(target),
        _ => false,
    };

    private static bool IsCharacter(DataType type) => type.Unaliased is IntegerType { Role: IntegerRole.Character };
}

/// <summary>A value of a row: a number, or bytes (a text without its end, or a whole struct or array).</summary>
/// <param name="IsFault">Whether it could not be read, so that there is neither.</param>
public readonly record struct RowValue(bool IsFault, long Number, ReadOnlyMemory<byte> Bytes);
