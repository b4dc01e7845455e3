using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>
/// Emits the operators between two numbers: R0 = R1 operator R0, both extended from their common type to 64 bits, and
/// the result from its own. Clobbers R1 to R3.
/// </summary>
/// <param name="label">Makes names of labels that nobody else has.</param>
internal sealed class Arithmetic(Assembler code, Func<string, string> label)
{
    /// <summary>Emits one operator.</summary>
    /// <param name="type">The type of the result.</param>
    /// <param name="operands">The type of the left operand: its width and sign decide.</param>
    /// <param name="fault">Where to go to divide by 0, which C leaves open.</param>
    internal void Emit(BinaryOperator @operator, DataType type, DataType operands, string fault)
    {
        var (size, isSigned) = Conversions.Shape(operands);
        if (Comparison(@operator, isSigned) is { } comparison)
        {
            Compare(comparison);
            return;
        }

        switch (@operator)
        {
            case BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight:
                // As the processor does: C leaves open what a shift by the width and more gives.
                code.Add(Alu(AluOperation.And, R0, (size * 8) - 1), Alu(Shift(@operator, isSigned), R1, R0), Move(R0, R1));
                break;
            case BinaryOperator.Divide or BinaryOperator.Remainder:
                code.Add(JumpIf(JumpOperation.Equal, R0, 0, fault));
                Divide(@operator, isSigned);
                break;
            default:
                code.Add(Alu(Plain(@operator), R1, R0), Move(R0, R1));
                break;
        }

        Extend(type);
    }

    /// <summary>Cuts R0 to a type's width, and extends it by the type's sign.</summary>
    internal void Extend(DataType type)
    {
        var (size, isSigned) = Conversions.Shape(type);
        Extend(size * 8, isSigned);
    }

    /// <summary>Cuts R0 to so many bits, and extends it.</summary>
    internal void Extend(int bits, bool isSigned)
    {
        if (bits < 64)
        {
            code.Add(
                Alu(AluOperation.ShiftLeft, R0, 64 - bits),
                Alu(isSigned ? AluOperation.ArithmeticShiftRight : AluOperation.ShiftRight, R0, 64 - bits));
        }
    }

    /// <summary>R0 = 1 if R0 is not 0.</summary>
    internal void ToBoolean()
    {
        code.Add(Move(R1, R0), Move(R0, 0));
        Compare(JumpOperation.NotEqual);
    }

    private void Compare(JumpOperation comparison)
    {
        var isTrue = label("true");
        code.Add(
                Move(R2, 1),
                JumpIf(comparison, R1, R0, isTrue),
                Move(R2, 0))
            .Label(isTrue)
            .Add(Move(R0, R2));
    }

    /// <summary>
    /// There is no signed division before Linux 6.6, so the signs are taken off first and put on again: the quotient's
    /// is that of both, the remainder's that of the dividend.
    /// </summary>
    private void Divide(BinaryOperator @operator, bool isSigned)
    {
        var operation = @operator == BinaryOperator.Divide ? AluOperation.Div : AluOperation.Mod;
        if (isSigned)
        {
            SplitSign(R1, R2);
            SplitSign(R0, R3);
        }

        code.Add(Alu(operation, R1, R0), Move(R0, R1));
        if (isSigned)
        {
            if (@operator == BinaryOperator.Divide)
            {
                code.Add(Alu(AluOperation.Xor, R2, R3));
            }

            code.Add(Alu(AluOperation.Xor, R0, R2), Alu(AluOperation.Sub, R0, R2));
        }
    }

    /// <summary>The sign is all ones for a negative number, else 0.</summary>
    private void SplitSign(Register value, Register sign) => code.Add(
        Move(sign, value),
        Alu(AluOperation.ArithmeticShiftRight, sign, 63),
        Alu(AluOperation.Xor, value, sign),
        Alu(AluOperation.Sub, value, sign));

    private static AluOperation Shift(BinaryOperator @operator, bool isSigned) =>
        @operator == BinaryOperator.ShiftLeft ? AluOperation.ShiftLeft
        : isSigned ? AluOperation.ArithmeticShiftRight
        : AluOperation.ShiftRight;

    private static AluOperation Plain(BinaryOperator @operator) => @operator switch
    {
        BinaryOperator.Add => AluOperation.Add,
        BinaryOperator.Subtract => AluOperation.Sub,
        BinaryOperator.Multiply => AluOperation.Mul,
        BinaryOperator.And => AluOperation.And,
        BinaryOperator.Or => AluOperation.Or,
        BinaryOperator.ExclusiveOr => AluOperation.Xor,
        _ => throw new ArgumentOutOfRangeException(nameof(@operator), @operator, null),
    };

    private static JumpOperation? Comparison(BinaryOperator @operator, bool isSigned) => (@operator, isSigned) switch
    {
        (BinaryOperator.Equal, _) => JumpOperation.Equal,
        (BinaryOperator.NotEqual, _) => JumpOperation.NotEqual,
        (BinaryOperator.Less, false) => JumpOperation.Less,
        (BinaryOperator.Less, true) => JumpOperation.SignedLess,
        (BinaryOperator.LessOrEqual, false) => JumpOperation.LessOrEqual,
        (BinaryOperator.LessOrEqual, true) => JumpOperation.SignedLessOrEqual,
        (BinaryOperator.Greater, false) => JumpOperation.Greater,
        (BinaryOperator.Greater, true) => JumpOperation.SignedGreater,
        (BinaryOperator.GreaterOrEqual, false) => JumpOperation.GreaterOrEqual,
        (BinaryOperator.GreaterOrEqual, true) => JumpOperation.SignedGreaterOrEqual,
        _ => null,
    };
}
