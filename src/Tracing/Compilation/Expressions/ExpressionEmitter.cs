using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>
/// From a typed expression to the instructions that leave its value in R0, extended from its type to 64 bits. What
/// cannot be read, and a division by 0, go to a label of the caller's. Clobbers R0 to R5; temporaries are on the stack.
/// </summary>
/// <param name="prefix">Begins the names of its labels.</param>
internal sealed class ExpressionEmitter(Assembler code, ISourceEmitter sources, Temporaries temporaries, string prefix)
{
    /// <summary>PERF_MAX_TRACE_SIZE of the oldest kernels.</summary>
    private const int MaxRecord = 2048;

    private int _labels;

    /// <summary>Whether an expression so far may go to its label for faults: code that nothing leads to is refused.</summary>
    internal bool MayFault { get; private set; }

    /// <summary>R0 = the value of a scalar expression.</summary>
    /// <param name="fault">Where to go without a value.</param>
    /// <exception cref="ExpressionTooLargeException">The stack of a program is too small for it.</exception>
    internal void Emit(TypedExpression expression, string fault)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                Constant(constant.Value);
                break;
            case SourceExpression source:
                MayFault |= sources.Emit(code, source.Source, fault);
                Arithmetic.Extend(source.Type);
                break;
            case ConvertExpression convert:
                Convert(convert, fault);
                break;
            case UnaryExpression unary:
                Unary(unary, fault);
                break;
            case BinaryExpression { Operator: BinaryOperator.LogicalAnd or BinaryOperator.LogicalOr } logical:
                Logical(logical, fault);
                break;
            case BinaryExpression binary:
                Binary(binary, fault);
                break;
            case ConditionalExpression conditional:
                Conditional(conditional, fault);
                break;
            case PlaceExpression place:
                Place(place, fault);
                break;
            case ByteSwapExpression swap:
                Emit(swap.Operand, fault);
                code.Add(SwapBytes(R0, swap.Type.Size * 8));
                Arithmetic.Extend(swap.Type);
                break;
            case TextComparisonExpression comparison:
                new TextComparisons(code, this, temporaries, Label).Emit(comparison, fault);
                break;
            default:
                throw new ArgumentException($"{expression.GetType().Name} is no number", nameof(expression));
        }
    }

    /// <summary>R0 = the address of a place.</summary>
    internal void Address(PlaceExpression place, string fault)
    {
        if (place is { Space: MemorySpace.Context, Address: SourceExpression { Source: ContextSource } })
        {
            code.Add(Move(R0, sources.Context));
        }
        else
        {
            Emit(place.Address, fault);
        }

        Add(place.Offset);
    }

    private Arithmetic Arithmetic => new(code, Label);

    private void Constant(long value) => code.Add(value is >= int.MinValue and <= int.MaxValue
        ? Move(R0, (int)value)
        : LoadImmediate(R0, value));

    private void Convert(ConvertExpression convert, string fault)
    {
        Emit(convert.Operand, fault);
        if (convert.Type.Unaliased is IntegerType { Role: IntegerRole.Boolean })
        {
            Arithmetic.ToBoolean();
        }
        else
        {
            Arithmetic.Extend(convert.Type);
        }
    }

    private void Unary(UnaryExpression unary, string fault)
    {
        Emit(unary.Operand, fault);
        switch (unary.Operator)
        {
            case UnaryOperator.Not:
                Arithmetic.ToBoolean();
                code.Add(Alu(AluOperation.Xor, R0, 1));
                return;
            case UnaryOperator.Minus:
                code.Add(Alu(AluOperation.Negate, R0, 0));
                break;
            case UnaryOperator.Complement:
                code.Add(Alu(AluOperation.Xor, R0, -1));
                break;
            default:
                throw new ArgumentException($"{unary.Operator} is computed before", nameof(unary));
        }

        Arithmetic.Extend(unary.Type);
    }

    private void Binary(BinaryExpression binary, string fault)
    {
        Emit(binary.Left, fault);
        if (binary.Right is ConstantExpression constant)
        {
            code.Add(Move(R1, R0));
            Constant(constant.Value);
        }
        else
        {
            var slot = temporaries.Take(sizeof(ulong));
            code.Add(Store(Width.U64, R10, slot, R0));
            Emit(binary.Right, fault);
            code.Add(Load(Width.U64, R1, R10, slot));
            temporaries.Return(sizeof(ulong));
        }

        MayFault |= binary.Operator is BinaryOperator.Divide or BinaryOperator.Remainder;
        Arithmetic.Emit(binary.Operator, binary.Type, binary.Left.Type, fault);
    }

    private void Logical(BinaryExpression logical, string fault)
    {
        var decided = Label("decided");
        var decides = logical.Operator == BinaryOperator.LogicalAnd ? JumpOperation.Equal : JumpOperation.NotEqual;
        Emit(logical.Left, fault);
        code.Add(JumpIf(decides, R0, 0, decided));
        Emit(logical.Right, fault);
        code.Label(decided);
        Arithmetic.ToBoolean();
    }

    private void Conditional(ConditionalExpression conditional, string fault)
    {
        var (otherwise, end) = (Label("otherwise"), Label("end"));
        Emit(conditional.Condition, fault);
        code.Add(JumpIf(JumpOperation.Equal, R0, 0, otherwise));
        Emit(conditional.WhenTrue, fault);
        code.Add(Jump(end)).Label(otherwise);
        Emit(conditional.WhenFalse, fault);
        code.Label(end);
    }

    /// <summary>What is read is put to the low end of 8 zero bytes, which serves fields of bits that span 3 or 5 bytes too.</summary>
    private void Place(PlaceExpression place, string fault)
    {
        if (IsInRecord(place))
        {
            code.Add(Load(WidthOf(place.Type.Size), R0, sources.Context, (short)place.Offset));
            Arithmetic.Extend(place.Type);
            return;
        }

        Address(place, fault);
        var slot = temporaries.Take(sizeof(ulong));
        code.Add(Store(Width.U64, R10, slot, 0));
        new MemoryReads(code, Label).Bytes(place.Space, slot, place.Bits?.Bytes ?? place.Type.Size);
        MayFault = true;
        code.Add(
            JumpIf(JumpOperation.NotEqual, R0, 0, fault),
            Load(Width.U64, R0, R10, slot));
        temporaries.Return(sizeof(ulong));
        if (place.Bits is { } bits)
        {
            code.Add(Alu(AluOperation.ShiftRight, R0, bits.Shift));
            Arithmetic.Extend(bits.Width, Conversions.Shape(place.Type).IsSigned);
        }
        else
        {
            Arithmetic.Extend(place.Type);
        }
    }

    /// <summary>Whether it is a field that the program may load by itself (tp_prog_is_valid_access).</summary>
    private static bool IsInRecord(PlaceExpression place) =>
        place is
        {
            Space: MemorySpace.Context,
            Address: SourceExpression { Source: ContextSource },
            Bits: null,
            Type.Size: 1 or 2 or 4 or 8,
            Offset: >= sizeof(ulong) and < MaxRecord,
        }
        && place.Offset % place.Type.Size == 0;

    private static Width WidthOf(int size) => size switch
    {
        1 => Width.U8,
        2 => Width.U16,
        4 => Width.U32,
        _ => Width.U64,
    };

    private void Add(long offset)
    {
        if (offset is >= int.MinValue and <= int.MaxValue)
        {
            code.Add(Alu(AluOperation.Add, R0, (int)offset));
        }
        else
        {
            code.Add(LoadImmediate(R1, offset), Alu(AluOperation.Add, R0, R1));
        }
    }

    private string Label(string what) => $"{prefix}_{what}_{_labels++}";
}
