using System.Buffers.Binary;

namespace BpfDashboard.Tracing.Bytecode;

/// <summary>Instructions to the kernel's bytes and back: 8 bytes each, little-endian, 16 for a wide load.</summary>
public static class InstructionCodec
{
    private const int SlotSize = 8;

    /// <summary>The bytes of a program.</summary>
    /// <param name="mapOf">What stands for the map with this index: its file descriptor when loading.</param>
    /// <param name="functionOf">What stands for a function of the kernel: its BTF id when loading. Null to keep its number.</param>
    /// <exception cref="InvalidOperationException">An instruction still names a label.</exception>
    public static byte[] Encode(
        IReadOnlyList<Instruction> program, Func<int, int> mapOf, Func<Kfunc, int>? functionOf = null)
    {
        functionOf ??= function => (int)function;
        var bytes = new byte[program.Sum(instruction => instruction.Slots) * SlotSize];
        var rest = bytes.AsSpan();
        foreach (var instruction in program)
        {
            Write(rest, instruction, mapOf, functionOf);
            rest = rest[(instruction.Slots * SlotSize)..];
        }

        return bytes;
    }

    /// <summary>Reads a program back; map references keep whatever number stands in the bytes.</summary>
    /// <exception cref="FormatException">The length is no multiple of 8, or a wide load is cut off.</exception>
    public static IReadOnlyList<Instruction> Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % SlotSize != 0)
        {
            throw new FormatException($"a program of {bytes.Length} bytes is no multiple of {SlotSize}");
        }

        var program = new List<Instruction>();
        while (!bytes.IsEmpty)
        {
            var instruction = Read(bytes);
            program.Add(instruction);
            bytes = bytes[(instruction.Slots * SlotSize)..];
        }

        return program;
    }

    private static void Write(
        Span<byte> to, Instruction instruction, Func<int, int> mapOf, Func<Kfunc, int> functionOf)
    {
        if (instruction.Target is not null)
        {
            throw new InvalidOperationException($"the label '{instruction.Target}' was not resolved");
        }

        var low = (int)instruction.Immediate;
        to[0] = instruction.Opcode;
        to[1] = (byte)((byte)instruction.Destination | ((byte)instruction.Source << 4));
        BinaryPrimitives.WriteInt16LittleEndian(to[2..], instruction.Offset);
        BinaryPrimitives.WriteInt32LittleEndian(
            to[4..],
            instruction.RefersToMap ? mapOf(low)
                : instruction.RefersToKfunc ? functionOf((Kfunc)low)
                : low);
        if (instruction.IsWide)
        {
            BinaryPrimitives.WriteInt32LittleEndian(to[12..], (int)(instruction.Immediate >> 32));
        }
    }

    private static Instruction Read(ReadOnlySpan<byte> from)
    {
        var head = new Instruction(
            from[0], (Register)(from[1] & 0xf), (Register)(from[1] >> 4),
            BinaryPrimitives.ReadInt16LittleEndian(from[2..]), BinaryPrimitives.ReadInt32LittleEndian(from[4..]));
        if (!head.IsWide)
        {
            return head;
        }

        if (from.Length < 2 * SlotSize)
        {
            throw new FormatException("the program ends inside a 64-bit load");
        }

        long high = BinaryPrimitives.ReadInt32LittleEndian(from[12..]);
        return head with { Immediate = (high << 32) | (uint)head.Immediate };
    }
}
