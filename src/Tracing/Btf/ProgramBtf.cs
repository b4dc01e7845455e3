using System.Buffers.Binary;
using System.Text;

namespace BpfDashboard.Tracing.Btf;

/// <summary>
/// The type information that the kernel demands of a program with subprograms: only what tells it that they are
/// functions, and static ones, as callbacks of helpers must be.
/// </summary>
internal static class ProgramBtf
{
    private const ushort Magic = 0xeb9f;
    private const int HeaderLength = 24;
    private const uint Int = 1;
    private const uint Function = 12;
    private const uint Prototype = 13;
    private const uint Static = 0;
    private const uint Global = 1;

    // Types are numbered from 1: first int, then int (), then the functions.
    private const uint IntId = 1;
    private const uint PrototypeId = 2;
    private const uint FirstFunctionId = 3;

    /// <summary>The id of a function, the main program being number 0.</summary>
    internal static uint FunctionId(int number) => FirstFunctionId + (uint)number;

    /// <summary>The bytes for <c>bpf_btf_load</c>. The names must be identifiers of C.</summary>
    /// <remarks>
    /// No function has parameters: the verifier takes what it knows of a callback's arguments from the helper, and
    /// where there are none here has nothing to compare.
    /// </remarks>
    internal static byte[] Build(string main, IEnumerable<string> subprograms)
    {
        var strings = new StringBuilder("\0");
        List<uint> types =
        [
            Name("int"), Int << 24, sizeof(int), 0x01000020, // signed, 32 bits
            0, Prototype << 24, IntId,
            Name(main), Function << 24 | Global, PrototypeId,
        ];
        foreach (var subprogram in subprograms)
        {
            types.AddRange([Name(subprogram), Function << 24 | Static, PrototypeId]);
        }

        return Join(types, Encoding.ASCII.GetBytes($"{strings}"));

        uint Name(string name)
        {
            var offset = strings.Length;
            strings.Append(name).Append('\0');
            return (uint)offset;
        }
    }

    private static byte[] Join(List<uint> types, byte[] strings)
    {
        var length = (uint)(types.Count * sizeof(uint));
        uint[] header = [Magic | 1 << 16, HeaderLength, 0, length, length, (uint)strings.Length];
        var bytes = new byte[HeaderLength + length + strings.Length];
        var rest = bytes.AsSpan();
        foreach (var word in header.Concat(types))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, word);
            rest = rest[sizeof(uint)..];
        }

        strings.CopyTo(rest);
        return bytes;
    }
}
