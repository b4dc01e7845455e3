namespace BpfDashboard.Tracing.Bytecode;

/// <summary>Collects instructions and labels; <see cref="Build"/> turns label names into jump offsets.</summary>
public sealed class Assembler
{
    private readonly List<Instruction> _instructions = [];
    private readonly Dictionary<string, int> _labels = [];
    private int _slots;

    /// <summary>Instructions so far; the index of the next one.</summary>
    public int Count => _instructions.Count;

    /// <summary>Appends instructions in order.</summary>
    public Assembler Add(params ReadOnlySpan<Instruction> instructions)
    {
        foreach (var instruction in instructions)
        {
            _instructions.Add(instruction);
            _slots += instruction.Slots;
        }

        return this;
    }

    /// <summary>Names the place of the next instruction.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public Assembler Label(string name)
    {
        if (!_labels.TryAdd(name, _slots))
        {
            throw new InvalidOperationException($"label '{name}' is defined twice");
        }

        return this;
    }

    /// <summary>The program with every jump resolved.</summary>
    /// <exception cref="InvalidOperationException">A label is missing, or too far for 16 bits.</exception>
    public IReadOnlyList<Instruction> Build()
    {
        var resolved = new List<Instruction>(_instructions.Count);
        var slot = 0;
        foreach (var instruction in _instructions)
        {
            slot += instruction.Slots;
            resolved.Add(instruction.Target is null ? instruction : Resolve(instruction, slot));
        }

        return resolved;
    }

    /// <summary>An offset counts slots from the instruction behind the jump.</summary>
    private Instruction Resolve(Instruction jump, int nextSlot)
    {
        if (jump.Target is null || !_labels.TryGetValue(jump.Target, out var slot))
        {
            throw new InvalidOperationException($"label '{jump.Target}' is not defined");
        }

        var offset = slot - nextSlot;
        return offset is >= short.MinValue and <= short.MaxValue
            ? jump with { Offset = (short)offset, Target = null }
            : throw new InvalidOperationException($"label '{jump.Target}' is {offset} slots away, too far for a jump");
    }
}
