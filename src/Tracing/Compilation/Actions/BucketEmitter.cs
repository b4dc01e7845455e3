using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>Emits R0 = the bucket of the value in R0, as <see cref="Buckets"/> says. Clobbers R1 to R4.</summary>
internal sealed class BucketEmitter(Assembler code, bool isSigned)
{
    private const string Positive = "bucket_positive";
    private const string Known = "bucket_known";
    private const string Below = "bucket_below";
    private const string Above = "bucket_above";

    internal void Emit(Buckets buckets)
    {
        if (buckets is LinearBuckets linear)
        {
            Linear(linear);
        }
        else
        {
            Logarithmic();
        }

        code.Label(Known);
    }

    /// <summary>By the highest bits: their place, by halving, and the three behind it.</summary>
    private void Logarithmic()
    {
        code.Add(Move(R3, 0));
        if (isSigned)
        {
            code.Add(
                    JumpIf(JumpOperation.SignedGreaterOrEqual, R0, 0, Positive),
                    Alu(AluOperation.Negate, R0, 0),
                    Move(R3, 1))
                .Label(Positive);
        }

        code.Add(Move(R1, R0), Move(R2, 0));
        for (var half = 32; half > 0; half /= 2)
        {
            var next = $"bucket_below_{half}";
            code.Add(
                    Move(R4, R1),
                    Alu(AluOperation.ShiftRight, R4, half),
                    JumpIf(JumpOperation.Equal, R4, 0, next),
                    Move(R1, R4),
                    Alu(AluOperation.Add, R2, half))
                .Label(next);
        }

        const string small = "bucket_small";
        code.Add(
                Alu(AluOperation.Add, R2, -LogBuckets.Bits),
                JumpIf(JumpOperation.SignedLessOrEqual, R2, 0, small),
                Alu(AluOperation.ShiftRight, R0, R2),
                Alu(AluOperation.ShiftLeft, R2, LogBuckets.Bits),
                Alu(AluOperation.Add, R0, R2))
            .Label(small);
        if (isSigned)
        {
            code.Add(
                JumpIf(JumpOperation.Equal, R3, 0, Known),
                Alu(AluOperation.Negate, R0, 0));
        }
    }

    private void Linear(LinearBuckets linear)
    {
        var canBeBelow = isSigned || linear.Min > 0;
        if (canBeBelow)
        {
            code.Add(
                LoadImmediate(R1, linear.Min),
                JumpIf(isSigned ? JumpOperation.SignedLess : JumpOperation.Less, R0, R1, Below));
        }

        code.Add(
            LoadImmediate(R1, isSigned ? linear.Max : Math.Max(linear.Max, 0)),
            JumpIf(isSigned ? JumpOperation.SignedGreaterOrEqual : JumpOperation.GreaterOrEqual, R0, R1, Above),
            LoadImmediate(R1, linear.Min),
            Alu(AluOperation.Sub, R0, R1),
            LoadImmediate(R1, linear.Step),
            Alu(AluOperation.Div, R0, R1),
            Alu(AluOperation.Add, R0, 1),
            Jump(Known))
            .Label(Above).Add(Move(R0, linear.Count + 1));
        if (canBeBelow)
        {
            code.Add(Jump(Known)).Label(Below).Add(Move(R0, 0));
        }
    }
}
