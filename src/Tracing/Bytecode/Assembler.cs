namespace BpfDashboard.Tracing.Bytecode;

/// <summary>Collects instructions and labels; <see cref="Build"/> turns label names into jump offsets.</summary>
public sealed class Assembler
{
    private readonly List<Instruction> _instructions = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly List<Subprogram> _subprograms = [];
    private int _slots;

    /// <summary>Instructions so far; the index of the next one.</summary>
    public int Count => _instructions.Count;

    /// <summary>The subprograms so far, in order.</summary>
    public IReadOnlyList<Subprogram> Subprograms => _subprograms;

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

    /// <summary>
    /// Begins a subprogram at the next instruction; what stands before must not run into it. It has registers and a stack
    /// of its own, and is what <see cref="Instruction.LoadSubprogram"/> leads to.
    /// </summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public Assembler Subprogram(string name)
    {
        _subprograms.Add(new Subprogram(name, _slots));
        return Label(name);
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
        if (jump.RefersToSubprogram)
        {
            // Here the kernel counts from behind the first of the two slots.
            return jump with { Immediate = offset + 1, Target = null };
        }

        return offset is >= short.MinValue and <= short.MaxValue
            ? jump with { Offset = (short)offset, Target = null }
            : throw new InvalidOperationException($"label '{jump.Target}' is {offset} slots away, too far for a jump");
    }
}

/// <summary>A part of a program that is called: its name, and the slot of its first instruction.</summary>
public sealed record Subprogram(string Name, int Slot);
