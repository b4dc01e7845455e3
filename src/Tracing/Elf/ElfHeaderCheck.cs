using System.Buffers.Binary;
using System.Text;
using BpfDashboard.Tracing.Cpu;

namespace BpfDashboard.Tracing.Elf;

/// <summary>Says in a sentence why a file is no program or library of this machine, from its first 20 bytes.</summary>
internal static class ElfHeaderCheck
{
    /// <returns>The problem, or null if the header is one of ours.</returns>
    public static string? Problem(string path, ReadOnlySpan<byte> start) => start switch
    {
        [] => $"{path} is empty.",
        [(byte)'#', (byte)'!', ..] => $"{path} is a script, not an ELF file.",
        [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] when start.Length < 20 => $"{path} is damaged: it ends in its header.",
        [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, ..] => MachineProblem(path, start),
        [0x7f, (byte)'E', (byte)'L', (byte)'F', 1, ..] =>
            $"{path} is a 32-bit ELF file; only {HostCpu.Name} programs can be probed.",
        [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] =>
            $"{path} is an ELF file of a foreign machine; only {HostCpu.Name} programs can be probed.",
        _ when start.StartsWith("!<arch>"u8) => $"{path} is an archive of object files, not a program or library.",
        _ when IsLinkerScript(start) => $"{path} is a linker script, not a library; name the library it stands for.",
        _ => $"{path} is not an ELF file.",
    };

    private static string? MachineProblem(string path, ReadOnlySpan<byte> start)
    {
        var type = BinaryPrimitives.ReadUInt16LittleEndian(start[16..]);
        var machine = BinaryPrimitives.ReadUInt16LittleEndian(start[18..]);
        return (machine, type) switch
        {
            _ when machine != HostCpu.ElfMachine =>
                $"{path} is an ELF file of a foreign machine ({machine}); only {HostCpu.Name} programs can be probed.",
            (_, 1) => $"{path} is an object file that is not linked yet, not a program or library.",
            (_, 4) => $"{path} is a core dump, not a program or library.",
            (_, 2 or 3) => null,
            _ => $"{path} is an ELF file of unknown type {type}.",
        };
    }

    // /usr/lib/x86_64-linux-gnu/libc.so begins with a comment: "/* GNU ld script".
    private static bool IsLinkerScript(ReadOnlySpan<byte> start) => Encoding.Latin1.GetString(start).Contains("GNU ld");
}
