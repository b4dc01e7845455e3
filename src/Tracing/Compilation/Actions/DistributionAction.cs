using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Expressions;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// Counts the values of a hit for which its predicate holds, by the tuple or by the bucket of a histogram. Every hit that
/// was counted for its slot is counted there, or as lost for a cause. Why so: docs/adr/0015.
/// </summary>
/// <remarks>
/// R6 is the context, R7 the map of counts, R8 the key as a record of values; R9 whether the entry of the call was seen whose
/// return this is.
/// </remarks>
internal sealed class DistributionAction : IAction
{
    private const short IndexOffset = -8;

    /// <summary>An interrupt that comes in each of so many tries leaves an extreme as it was.</summary>
    private const int Tries = 3;

    private const string Add = "add";
    private const string Unreadable = "unreadable";
    private const string MapFull = "map_full";
    private const string MapBusy = "map_busy";
    private const string Lose = "lose";

    private readonly DistributionMaps _maps;
    private readonly int _lossesMap;
    private readonly BoundEvent _asked;
    private readonly ISavedEntry? _saved;
    private readonly short _measured;
    private readonly short _inserted;
    private readonly short _key;

    public DistributionAction(DistributionImage image, BoundEvent asked, ISavedEntry? saved)
    {
        (_maps, _lossesMap, _asked, _saved) = (image.Maps[asked.Distribution], image.LossesMap, asked, saved);
        _measured = (short)((_saved?.Bottom ?? IndexOffset) - sizeof(ulong));
        _inserted = (short)(_measured - (IsHistogram ? DistributionMaps.MeasuredSize : sizeof(ulong)));
        _key = (short)(_inserted - _maps.Layout.Size);
    }

    public string Name => "argdist";

    public bool NeedsContext => true;

    public bool ReadsContext => true;

    private bool IsHistogram => _maps.Buckets is not null;

    public void Emit(Assembler code, Register context, HitPlace place)
    {
        var temporaries = new Temporaries(_key);
        var sources = EventStart.Emit(code, context, _asked, _saved, temporaries, _asked.Predicate);
        _saved?.Require(code);
        FindCounts(code);
        CountAction.EmitCount(code);
        EmitKey(code, sources, temporaries);
        var mayFault = IsHistogram && EmitMeasured(code, sources, temporaries);
        CountKey(code);
        CountLoss(code, mayFault);
        CountAction.EmitOut(code);
    }

    /// <summary>R7 = the map of counts; there is none when the session has stopped. R0 = the slot.</summary>
    private void FindCounts(Assembler code)
    {
        code.Add(Store(Width.U32, Register.R10, IndexOffset, 0));
        MapLookup.EmitOrLeave(code, _maps.CountsMap, IndexOffset);
        code.Add(
            Move(Register.R7, Register.R0),
            Load(Width.U32, Register.R0, Register.R10, CountAction.SlotOffset));
    }

    private void EmitKey(Assembler code, ISourceEmitter sources, Temporaries temporaries)
    {
        var layout = _maps.Layout;
        for (var offset = 0; offset < layout.Size; offset += sizeof(ulong))
        {
            code.Add(Store(Width.U64, Register.R10, (short)(_key + offset), 0));
        }

        if (layout.HasSlot)
        {
            code.Add(
                Load(Width.U32, Register.R1, Register.R10, CountAction.SlotOffset),
                Store(Width.U32, Register.R10, Key(DistributionKeyLayout.Slot), Register.R1));
        }

        if (layout.HasPid)
        {
            code.Add(
                Call(Helper.GetCurrentPidTgid),
                Alu(AluOperation.ShiftRight, Register.R0, 32),
                Store(Width.U32, Register.R10, Key(DistributionKeyLayout.Pid), Register.R0));
        }

        if (layout.HasComm)
        {
            code.Add(
                Move(Register.R1, Register.R10),
                Alu(AluOperation.Add, Register.R1, Key(DistributionKeyLayout.Comm)),
                Move(Register.R2, RowRecord.CommLength),
                Call(Helper.GetCurrentComm));
        }

        code.Add(
            Move(Register.R8, Register.R10),
            Alu(AluOperation.Add, Register.R8, Key(layout.Start - RowRecord.HeaderSize)));
        new ValueWriter(code, layout.Values, sources, temporaries, Register.R8, endsTexts: true).Emit(_asked.Values);
    }

    /// <summary>The value, and its bucket in the key; whether it may be unreadable.</summary>
    private bool EmitMeasured(Assembler code, ISourceEmitter sources, Temporaries temporaries)
    {
        var emitter = new ExpressionEmitter(code, sources, temporaries, "measured");
        emitter.Emit(_asked.Measured!.Value, Unreadable); // a histogram is of something
        code.Add(Store(Width.U64, Register.R10, _measured, Register.R0));
        new BucketEmitter(code, _maps.IsSigned).Emit(_maps.Buckets!); // and has buckets
        code.Add(Store(Width.U32, Register.R10, Key(DistributionKeyLayout.Bucket), Register.R0));
        return emitter.MayFault;
    }

    /// <summary>Adds to the key's counts; a key that is new is inserted, unless another CPU was faster.</summary>
    private void CountKey(Assembler code)
    {
        Lookup(code);
        code.Add(JumpIf(JumpOperation.NotEqual, Register.R0, 0, Add));
        EmitInserted(code);
        code.Add(Move(Register.R1, Register.R7));
        Address(code, Register.R2, _key);
        Address(code, Register.R3, _inserted);
        MapInsert.Emit(code, Filter.Out, MapFull, MapBusy);
        Lookup(code);
        code.Add(JumpIf(JumpOperation.Equal, Register.R0, 0, MapBusy)).Label(Add).Add(
            Move(Register.R1, 1),
            AtomicAdd(Width.U64, Register.R0, DistributionMaps.Count, Register.R1));
        if (IsHistogram)
        {
            code.Add(
                Load(Width.U64, Register.R1, Register.R10, _measured),
                AtomicAdd(Width.U64, Register.R0, DistributionMaps.Sum, Register.R1),
                Move(Register.R3, Register.R0));
            Ordered(code);
            Raise(code, DistributionMaps.Largest);
            code.Add(Alu(AluOperation.Xor, Register.R1, -1));
            Raise(code, DistributionMaps.Smallest);
        }

        code.Add(Jump(Filter.Out));
    }

    /// <summary>The counts of a key that came once.</summary>
    private void EmitInserted(Assembler code)
    {
        code.Add(Store(Width.U64, Register.R10, (short)(_inserted + DistributionMaps.Count), 1));
        if (IsHistogram)
        {
            code.Add(
                Load(Width.U64, Register.R1, Register.R10, _measured),
                Store(Width.U64, Register.R10, (short)(_inserted + DistributionMaps.Sum), Register.R1));
            Ordered(code);
            code.Add(
                Store(Width.U64, Register.R10, (short)(_inserted + DistributionMaps.Largest), Register.R1),
                Alu(AluOperation.Xor, Register.R1, -1),
                Store(Width.U64, Register.R10, (short)(_inserted + DistributionMaps.Smallest), Register.R1));
        }
    }

    /// <summary>R1, as unsigned numbers in the order of its type. Clobbers R2.</summary>
    private void Ordered(Assembler code)
    {
        if (_maps.IsSigned)
        {
            code.Add(LoadImmediate(Register.R2, long.MinValue), Alu(AluOperation.Xor, Register.R1, Register.R2));
        }
    }

    /// <summary>
    /// Makes a field of the value at R3 at least R1. User probes' programs can be preempted between load and store, so it
    /// is exchanged only if it still is what was compared.
    /// </summary>
    private static void Raise(Assembler code, int field)
    {
        var done = $"raised_{field}";
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            code.Add(
                Load(Width.U64, Register.R0, Register.R3, (short)field),
                JumpIf(JumpOperation.GreaterOrEqual, Register.R0, Register.R1, done),
                Move(Register.R4, Register.R0),
                CompareExchange(Width.U64, Register.R3, (short)field, Register.R1));
            if (attempt < Tries - 1)
            {
                code.Add(JumpIf(JumpOperation.Equal, Register.R0, Register.R4, done));
            }
        }

        code.Label(done);
    }

    private void CountLoss(Assembler code, bool mayFault)
    {
        if (_saved?.IsKnown is not null)
        {
            code.Label(ISavedEntry.Unknown);
            FindCounts(code);
            CountAction.EmitCount(code);
            code.Add(Store(Width.U32, Register.R10, IndexOffset, (int)LossCause.NoEntry), Jump(Lose));
        }

        if (mayFault)
        {
            code.Label(Unreadable).Add(Store(Width.U32, Register.R10, IndexOffset, (int)LossCause.Unreadable), Jump(Lose));
        }

        code.Label(MapFull);
        EmitTurnedAway(code);
        code.Add(Store(Width.U32, Register.R10, IndexOffset, (int)LossCause.MapFull), Jump(Lose))
            .Label(MapBusy).Add(Store(Width.U32, Register.R10, IndexOffset, (int)LossCause.MapBusy))
            .Label(Lose);
        MapLookup.EmitOrLeave(code, _lossesMap, IndexOffset);
        code.Add(Move(Register.R1, 1), AtomicAdd(Width.U64, Register.R0, 0, Register.R1));
    }

    /// <summary>Marks the key's hash (multiplicative, by words; its high bits) among those that found no room.</summary>
    private void EmitTurnedAway(Assembler code)
    {
        const long odd = unchecked((long)0x9e3779b97f4a7c15); // 2^64 / the golden ratio: spreads what differs little
        code.Add(Move(Register.R1, 0), LoadImmediate(Register.R3, odd));
        for (var offset = 0; offset < _maps.Layout.Size; offset += sizeof(ulong))
        {
            code.Add(
                Load(Width.U64, Register.R2, Register.R10, (short)(_key + offset)),
                Alu(AluOperation.Xor, Register.R1, Register.R2),
                Alu(AluOperation.Mul, Register.R1, Register.R3),
                Move(Register.R2, Register.R1),
                Alu(AluOperation.ShiftRight, Register.R2, 32),
                Alu(AluOperation.Xor, Register.R1, Register.R2));
        }

        code.Add(
            Alu(AluOperation.Mul, Register.R1, Register.R3),
            Alu(AluOperation.ShiftRight, Register.R1, 64 - DistributionMaps.TurnedAwayBits),
            LoadMapValue(Register.R2, _maps.TurnedAwayMap, 0),
            Alu(AluOperation.Add, Register.R2, Register.R1),
            Store(Width.U8, Register.R2, 0, 1));
    }

    /// <summary>R0 = the counts of the key on this CPU, or 0.</summary>
    private void Lookup(Assembler code)
    {
        code.Add(Move(Register.R1, Register.R7));
        Address(code, Register.R2, _key);
        code.Add(Call(Helper.MapLookupElem));
    }

    private static void Address(Assembler code, Register register, short offset) =>
        code.Add(Move(register, Register.R10), Alu(AluOperation.Add, register, offset));

    private short Key(int field) => (short)(_key + field);
}
