using System.Buffers;
using System.Globalization;
using System.Text;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Rows;

/// <summary>One value of an event: what it is in words and as a number.</summary>
internal sealed class ValueReader
{
    /// <summary>Longest text of a struct or array in a line; the details of a row have all fields.</summary>
    private const int MaxWhole = 2000;

    private readonly BoundSpec bound;
    private readonly IAddressNames names;
    private readonly EventLayout layout;
    private readonly EventValue value;
    private readonly int index;
    private readonly Display? display;
    private readonly DataType type;
    private readonly ValueForm form;
    private readonly bool isReturn;
    private readonly NumberWords? words;
    private readonly Func<long, ShownValue?>? known;

    public ValueReader(
        BoundSpec bound, ProbeScope scope, IAddressNames names, EventLayout layout, EventValue value, int index)
    {
        (this.bound, this.names, this.layout, this.value, this.index) = (bound, names, layout, value, index);
        display = (value.Value as DisplayExpression)?.Display ?? value.Conversion?.Letter switch
        {
            'K' => Display.KernelSymbol,
            'U' => Display.UserSymbol,
            _ => null,
        };
        type = value.Value.Type;
        form = layout.Values[index].Form;
        isReturn = form == ValueForm.Number && IsReturn(scope, value);

        // Who wrote a conversion wants what that prints.
        words = value.Conversion is null ? value.Words : null;
        known = value.Conversion is null && type.Unaliased is IntegerType ? KnownNumbers.For(value.Label) : null;
        IsNumber = form == ValueForm.Number && display is null && Letter != 'c' && Letter != 'p'
            && ScalarText.IsNumber(type, value.Label);
    }

    public EventValue Value => value;

    /// <summary>Whether its values are numbers to people.</summary>
    public bool IsNumber { get; }

    /// <summary>Whether people read its numbers by names.</summary>
    public bool HasWords => words is not null;

    /// <summary>Whether it can be compared with numbers.</summary>
    public bool HasNumber => form == ValueForm.Number;

    /// <summary>Whether it is a symbol of a process.</summary>
    public bool IsUserSymbol => display == Display.UserSymbol;

    private char? Letter => value.Conversion?.Letter;

    /// <summary>The value in words.</summary>
    public ShownValue Show(Row row)
    {
        var read = layout.Read(row, index);
        return read.IsFault ? ShownValue.Fault : Guarded(() => Show(row, read), problem => new ShownValue(problem));
    }

    private ShownValue Show(Row row, RowValue read) => form switch
    {
        ValueForm.Number when display is { } shown => Show(shown, row, read.Number),
        ValueForm.Number => Scalar(read.Number),
        ValueForm.Text => new(ScalarText.Text(read.Bytes.Span)),
        ValueForm.Known => new(ScalarText.Text(Known(row))),
        _ => Whole(read.Bytes.Span),
    };

    /// <summary>The value as a number, in the host's byte order; null where it is none, or could not be read.</summary>
    public Int128? Number(Row row)
    {
        var read = layout.Read(row, index);
        return form != ValueForm.Number || read.IsFault ? null
            : isReturn && IsError(read.Number) ? read.Number
            : ScalarText.Number(type, read.Number);
    }

    /// <summary>The fields of a struct or array; null for anything else.</summary>
    public IReadOnlyList<string>? Fields(Row row)
    {
        var read = layout.Read(row, index);
        return form != ValueForm.Whole || display is not null ? null
            : read.IsFault ? [$"{value.Name} = {ShownValue.FaultText}"]
            : Guarded(() => WholeText.Fields(type, value.Name, read.Bytes.Span), problem => [problem]);
    }

    /// <summary>Prints it as its conversion says.</summary>
    public void Append(IBufferWriter<byte> output, ConversionSyntax conversion, Row row)
    {
        var read = layout.Read(row, index);
        if (read.IsFault)
        {
            FormatRenderer.Append(output, conversion with { Precision = null }, Encoding.UTF8.GetBytes(ShownValue.FaultText));
        }
        else if (conversion.Letter is 's' or 'v' or 'K' or 'U')
        {
            FormatRenderer.Append(output, conversion, TextOf(row, read));
        }
        else
        {
            FormatRenderer.Append(output, conversion, read.Number);
        }
    }

    /// <summary>Bytes as they were read where it is a text, so that a precision cuts as C's does.</summary>
    private ReadOnlySpan<byte> TextOf(Row row, RowValue read) => form switch
    {
        ValueForm.Text => read.Bytes.Span,
        ValueForm.Known => Known(row),
        _ => Encoding.UTF8.GetBytes(Show(row).Text),
    };

    private ReadOnlySpan<byte> Known(Row row) => value.Value switch
    {
        TextExpression text => text.Bytes.ToArray(),
        SourceExpression { Source: BuiltinSource { Builtin: Builtin.Name } } => row.Comm.Span,
        _ => Encoding.UTF8.GetBytes(bound.Targets[row.Slot].Name),
    };

    private ShownValue Scalar(long number)
    {
        if (value.Conversion is { Letter: 'x' or 'X' or 'o' or 'p' or 'c' } conversion)
        {
            var output = new ArrayBufferWriter<byte>(32);
            FormatRenderer.Append(output, new ConversionSyntax(
                conversion.Span, FormatOptions.Alternative, 0, null, conversion.Length, conversion.Letter), number);
            return new(ScalarText.Text(output.WrittenSpan), $"{ScalarText.Number(type, number)}");
        }

        return isReturn && IsError(number)
            ? new($"{number} ({ErrorNames.Find(number)})", $"{number}")
            : Named(number) ?? known?.Invoke(number) ?? ScalarText.Show(type, value.Label, number);
    }

    private ShownValue? Named(long number) => words?.Name(number, type.Size) is { } name
        ? new(name, ScalarText.Number(type, number).ToString(CultureInfo.InvariantCulture))
        : null;

    private ShownValue Show(Display shown, Row row, long number) => shown switch
    {
        Display.InternetAddress => new(ScalarText.Address(number), ScalarText.Hexadecimal((uint)number)),
        Display.ErrorName => new(ErrorNames.Describe(number), $"{number}"),
        Display.SystemCall => new(Cpu.X64Syscalls.NameOf(number) ?? $"system call {number}", $"{number}"),
        Display.KernelSymbol => new(names.Kernel((ulong)number), ScalarText.Hexadecimal(number)),
        Display.UserSymbol => new(names.User(row.Pid, (ulong)number), ScalarText.Hexadecimal(number)),
        _ => new(ScalarText.Hexadecimal(number)),
    };

    private ShownValue Whole(ReadOnlySpan<byte> bytes)
    {
        return display switch
        {
            Display.InternetAddress when bytes.Length is 4 or 16 => new(ScalarText.Address(bytes), Hexadecimal(bytes)),
            { } => new(Hexadecimal(bytes)),
            null => new(WholeText.Print(type, value.Name, bytes, MaxWhole)),
        };
    }

    private static string Hexadecimal(ReadOnlySpan<byte> bytes) =>
        string.Join(' ', bytes.ToArray().Select(octet => octet.ToString("x2")));

    /// <summary>Structs are read from type information when somebody asks: damage shows only here.</summary>
    private static T Guarded<T>(Func<T> print, Func<string, T> otherwise)
    {
        try
        {
            return print();
        }
        catch (FormatException exception)
        {
            return otherwise($"<damaged type information: {exception.Message}>");
        }
    }

    private static bool IsError(long number) => number is < 0 and >= -ErrorNames.Largest && ErrorNames.Find(number) is not null;

    /// <summary>
    /// Whether it is what the kernel returns, in which errors are small negative numbers. Libraries say -1 of any error.
    /// </summary>
    private static bool IsReturn(ProbeScope scope, EventValue value) => scope.Site switch
    {
        ProbeSite.KernelReturn => IsReturn(value.Value),
        ProbeSite.Tracepoint => value.Label == "args->ret" && value.Value.Type.Unaliased is IntegerType { IsSigned: true },
        _ => false,
    };

    private static bool IsReturn(TypedExpression value) => value switch
    {
        ConvertExpression { Type.Size: >= 4 } convert => IsReturn(convert.Operand),
        SourceExpression { Source: ReturnSource, Type.Unaliased: IntegerType } => true,
        _ => false,
    };
}
