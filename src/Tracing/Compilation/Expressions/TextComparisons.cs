using System.Buffers.Binary;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>
/// Emits comparisons of texts: R0 = 1 or 0. The texts are read to the stack, behind zeros, and compared by words of 8
/// bytes. What cannot be read is not equal to anything.
/// </summary>
internal sealed class TextComparisons(
    Assembler code, ExpressionEmitter values, Temporaries temporaries, Func<string, string> label)
{
    /// <summary>Most bytes of a text that is compared with another that is not in quotes, or searched in.</summary>
    private const int MostBytes = 80;

    private const int NameLength = 16;

    internal void Emit(TextComparisonExpression comparison, string fault)
    {
        var (isFalse, end) = (label("differs"), label("compared"));
        switch (comparison)
        {
            case { Right: TextExpression text, Comparison: TextComparison.Contains }:
                Contains(comparison.Left, text, isFalse, fault);
                break;
            case { Right: TextExpression text }:
                WithLiteral(comparison, text, isFalse, fault);
                break;
            default:
                WithText(comparison, isFalse, fault);
                break;
        }

        code.Add(Move(R0, 1), Jump(end)).Label(isFalse).Add(Move(R0, 0)).Label(end);
    }

    /// <summary>
    /// Of an equal text the 0 at its end is compared too, and one byte more is read so that a longer one differs. An array
    /// may be full, without a 0: its bytes are compared as they are.
    /// </summary>
    private void WithLiteral(TextComparisonExpression comparison, TextExpression literal, string isFalse, string fault)
    {
        var length = literal.Bytes.Count;
        var isArray = comparison.Left is PlaceExpression { Type: { Size: > 0, Unaliased: ArrayType } };
        var bytes = comparison.Comparison switch
        {
            TextComparison.Equal => length + (isArray ? 1 : 2),
            TextComparison.StartsWith => length + (isArray ? 0 : 1),
            _ => length,
        };
        var slot = Zeros(Math.Max(bytes, 1));
        Read(comparison.Left, slot, bytes, comparison.Comparison != TextComparison.SameBytes && !isArray, isFalse, fault);
        var expected = new byte[(bytes + 7) & ~7];
        literal.Bytes.ToArray().CopyTo(expected, 0);
        for (var word = 0; word < expected.Length; word += sizeof(ulong))
        {
            code.Add(
                Load(Width.U64, R0, R10, (short)(slot + word)),
                LoadImmediate(R1, BinaryPrimitives.ReadInt64LittleEndian(expected.AsSpan(word))),
                JumpIf(JumpOperation.NotEqual, R0, R1, isFalse));
        }

        temporaries.Return(Math.Max(bytes, 1));
    }

    private void WithText(TextComparisonExpression comparison, string isFalse, string fault)
    {
        var left = Zeros(MostBytes);
        Read(comparison.Left, left, MostBytes, isText: true, isFalse, fault);
        var right = Zeros(MostBytes);
        Read(comparison.Right, right, MostBytes, isText: true, isFalse, fault);
        for (var word = 0; word < MostBytes; word += sizeof(ulong))
        {
            code.Add(
                Load(Width.U64, R0, R10, (short)(left + word)),
                Load(Width.U64, R1, R10, (short)(right + word)),
                JumpIf(JumpOperation.NotEqual, R0, R1, isFalse));
        }

        temporaries.Return(MostBytes);
        temporaries.Return(MostBytes);
    }

    /// <summary>At each byte in turn, as long as it is no longer the end; no loop, so that the verifier walks forwards only.</summary>
    private void Contains(TypedExpression text, TextExpression literal, string isFalse, string fault)
    {
        if (literal.Bytes.Count >= MostBytes)
        {
            throw new ExpressionTooLargeException();
        }

        var found = label("found");
        var slot = Zeros(MostBytes);
        Read(text, slot, MostBytes, isText: true, isFalse, fault);
        for (var start = 0; start + literal.Bytes.Count < MostBytes; start++)
        {
            var next = label("next");
            foreach (var (at, code1) in literal.Bytes.Index())
            {
                code.Add(
                    Load(Width.U8, R0, R10, (short)(slot + start + at)),
                    JumpIf(JumpOperation.NotEqual, R0, code1, next));
            }

            code.Add(Jump(found)).Label(next);
        }

        code.Add(Jump(isFalse)).Label(found);
        temporaries.Return(MostBytes);
    }

    private short Zeros(int bytes)
    {
        var slot = temporaries.Take(bytes);
        for (var word = 0; word < bytes; word += sizeof(ulong))
        {
            code.Add(Store(Width.U64, R10, (short)(slot + word), 0));
        }

        return slot;
    }

    /// <summary>Reads a text to the stack; an error of the helper means that it differs.</summary>
    private void Read(TypedExpression text, short slot, int bytes, bool isText, string isFalse, string fault)
    {
        switch (text)
        {
            case TextExpression literal:
                Write(literal, slot, bytes);
                return;
            case SourceExpression { Source: BuiltinSource { Builtin: Builtin.Name } }:
                Name(slot, bytes);
                return;
        }

        var space = text is PlaceExpression { Type.Unaliased: ArrayType } place
            ? AddressOf(place, ref bytes, isText ? 1 : 0, fault)
            : Pointer(text, fault);
        var reads = new MemoryReads(code, label);
        if (isText)
        {
            reads.Text(space, slot, bytes);
            code.Add(JumpIf(JumpOperation.SignedLess, R0, 0, isFalse));
        }
        else
        {
            reads.Bytes(space, slot, bytes);
            code.Add(JumpIf(JumpOperation.NotEqual, R0, 0, isFalse));
        }
    }

    /// <summary>Of an array no more is read than it holds, and for a text room for the 0 that may not be in it.</summary>
    private MemorySpace AddressOf(PlaceExpression place, ref int bytes, int end, string fault)
    {
        values.Address(place, fault);
        bytes = place.Type.Size > 0 ? Math.Min(bytes, place.Type.Size + end) : bytes;
        return MemoryReads.SpaceOf(place);
    }

    private MemorySpace Pointer(TypedExpression pointer, string fault)
    {
        values.Emit(pointer, fault);
        return MemoryReads.SpaceOf(pointer.Type);
    }

    private void Write(TextExpression literal, short slot, int bytes)
    {
        foreach (var (at, value) in literal.Bytes.Take(bytes - 1).Index())
        {
            code.Add(Store(Width.U8, R10, (short)(slot + at), value));
        }
    }

    /// <summary>The thread's name takes 16 bytes, of which older kernels leave alone what is behind its end.</summary>
    private void Name(short slot, int bytes)
    {
        var whole = Zeros(NameLength);
        code.Add(Move(R1, R10), Alu(AluOperation.Add, R1, whole), Move(R2, NameLength), Call(Helper.GetCurrentComm));
        for (var at = 0; at < Math.Min(bytes, NameLength); at++)
        {
            code.Add(Load(Width.U8, R0, R10, (short)(whole + at)), Store(Width.U8, R10, (short)(slot + at), R0));
        }

        temporaries.Return(NameLength);
    }
}
