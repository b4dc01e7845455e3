using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// Emits the values of an event, one after another, into the record of the ring buffer. One that cannot be read gets
/// its bit in <see cref="RowRecord.Faults"/>, and the others are sent all the same.
/// </summary>
/// <param name="record">Holds the record.</param>
/// <param name="endsTexts">Whether what is behind the end of a text is left as it was, so that equal texts are equal bytes.</param>
internal sealed class ValueWriter(
    Assembler code, EventLayout layout, ISourceEmitter sources, Temporaries temporaries, Register record, bool endsTexts = false)
{
    internal void Emit(IReadOnlyList<EventValue> values)
    {
        foreach (var (index, value) in values.Index())
        {
            if (layout.Values[index].Form != ValueForm.Known)
            {
                Emit(index, value.Value is DisplayExpression shown ? shown.Operand : value.Value);
            }
        }
    }

    private void Emit(int index, TypedExpression value)
    {
        var (fault, next) = ($"fault_{index}", $"next_{index}");
        var place = layout.Values[index];
        var emitter = new ExpressionEmitter(code, sources, temporaries, $"value_{index}");
        var mayFault = place.Form switch
        {
            ValueForm.Number => Number(emitter, value, place, fault),
            ValueForm.Text => Text(emitter, value, place, index, fault),
            _ => Whole(emitter, (PlaceExpression)value, place, index, fault),
        };
        if (mayFault)
        {
            code.Add(Jump(next)).Label(fault).Add(
                Load(Width.U32, Register.R0, record, RowRecord.Faults),
                Move(Register.R1, 1),
                Alu(AluOperation.ShiftLeft, Register.R1, index),
                Alu(AluOperation.Or, Register.R0, Register.R1),
                Store(Width.U32, record, RowRecord.Faults, Register.R0)).Label(next);
        }
    }

    private bool Number(ExpressionEmitter emitter, TypedExpression value, ValueLayout place, string fault)
    {
        emitter.Emit(value, fault);
        code.Add(Store(Width.U64, record, Offset(place), Register.R0));
        return emitter.MayFault;
    }

    private bool Text(ExpressionEmitter emitter, TypedExpression value, ValueLayout place, int index, string fault)
    {
        var room = place.Size - sizeof(int);
        var reads = new MemoryReads(code, what => $"text_{what}_{index}");
        if (value is PlaceExpression { Type.Unaliased: ArrayType array } text)
        {
            emitter.Address(text, fault);
            if (!endsTexts && array.Size > 0 && array.Size <= room)
            {
                Characters(reads, MemoryReads.SpaceOf(text), place, array.Size, fault);
                return true;
            }

            // One more than it has: of a full array the last byte is replaced by the 0 at the end.
            var most = endsTexts && array.Size > 0 ? Math.Min(room, array.Size + 1) : room;
            reads.Text(MemoryReads.SpaceOf(text), record, Offset(place) + sizeof(int), most);
        }
        else
        {
            emitter.Emit(value, fault);
            reads.Text(MemoryReads.SpaceOf(value.Type), record, Offset(place) + sizeof(int), room);
        }

        code.Add(
            JumpIf(JumpOperation.SignedLess, Register.R0, 0, fault),
            Store(Width.U32, record, Offset(place), Register.R0));
        return true;
    }

    /// <summary>An array may be full, without a 0 at its end, so it is read whole; its reader looks for the 0.</summary>
    private void Characters(MemoryReads reads, MemorySpace space, ValueLayout place, int size, string fault)
    {
        reads.Bytes(space, record, Offset(place) + sizeof(int), size);
        code.Add(
            JumpIf(JumpOperation.NotEqual, Register.R0, 0, fault),
            Store(Width.U32, record, Offset(place), size + 1));
    }

    private bool Whole(ExpressionEmitter emitter, PlaceExpression value, ValueLayout place, int index, string fault)
    {
        emitter.Address(value, fault);
        new MemoryReads(code, what => $"whole_{what}_{index}").Bytes(MemoryReads.SpaceOf(value), record, Offset(place), place.Size);
        code.Add(JumpIf(JumpOperation.NotEqual, Register.R0, 0, fault));
        return true;
    }

    private static short Offset(ValueLayout place) => (short)(RowRecord.HeaderSize + place.Offset);
}
