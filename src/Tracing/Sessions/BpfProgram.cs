using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Btf;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>A program in the kernel.</summary>
internal sealed unsafe class BpfProgram : IDisposable
{
    private const int LogSize = 64 * 1024;

    private BpfProgram(FileHandle handle) => Handle = handle;

    internal FileHandle Handle { get; }

    /// <summary>Loads a program.</summary>
    /// <param name="attachTo">Overrides the image's BTF target, for programs that are loaded once per function.</param>
    /// <param name="slot">Fills the instruction that holds the slot.</param>
    /// <exception cref="BpfException">The kernel refused; a rejection carries the verifier's log.</exception>
    internal static BpfProgram Load(
        BpfProgramImage image, IReadOnlyList<BpfMap> maps, string? attachTo = null, int? slot = null) =>
        Load(image, maps, attachTo, slot, logLevel: 0, out _);

    /// <summary>The same, keeping the verifier's log of a success too: level 2 lists every instruction.</summary>
    internal static BpfProgram Load(
        BpfProgramImage image, IReadOnlyList<BpfMap> maps, string? attachTo, int? slot, uint logLevel, out string log)
    {
        var bytes = InstructionCodec.Encode(
            WithSlot(image, slot),
            index => (int)maps[index].Handle.Fd,
            function => (int)VmlinuxBtf.IdOf(function.Name(), AttachType.None));
        using var btf = image.Subprograms.Count > 0 ? LoadBtf(image) : null;
        var options = new ProgLoadOptions
        {
            Size = (nuint)sizeof(ProgLoadOptions),
            ExpectedAttachType = image.ExpectedAttachType,
            BtfFd = btf?.Fd ?? 0,
            AttachBtfId = image.Type == ProgramType.Tracing
                ? VmlinuxBtf.IdOf(attachTo ?? image.AttachTo ?? image.Name, image.ExpectedAttachType)
                : 0,
        };
        var result = TryLoad(image, bytes, options, logLevel, out log);
        if (result < 0 && logLevel == 0)
        {
            // A second try for the log: asking for one always would slow down every load.
            result = TryLoad(image, bytes, options, 1, out log);
        }

        return result >= 0 ? new BpfProgram(new FileHandle(result)) : throw Refused(image, -result, log);
    }

    /// <summary>The kernel's name for the program in listings; what it cost so far; hits lost to recursion.</summary>
    internal (uint Id, ProgramCost Cost, long Misses) ReadInfo()
    {
        var info = default(ProgramInfo);
        var size = (uint)sizeof(ProgramInfo);
        BpfException.ThrowIfFailed(Native.ObjGetInfoByFd(Handle, &info, &size), "read the program's statistics");
        return (info.Id, new ProgramCost((long)info.RunCount, (long)info.RunTimeNs), (long)info.RecursionMisses);
    }

    public void Dispose() => Handle.Dispose();

    private static int TryLoad(
        BpfProgramImage image, byte[] bytes, ProgLoadOptions options, uint logLevel, out string log)
    {
        var functions = Functions(image);
        for (var size = LogSize; ; size *= 4)
        {
            var buffer = new byte[logLevel == 0 ? 1 : size];
            int result;

            // All buffers outlive the call; libbpf writes at most LogSize bytes and ends them with a zero.
            fixed (FunctionInfo* functionInfo = functions)
            fixed (byte* instructions = bytes)
            fixed (byte* logBuffer = buffer)
            {
                options.FunctionInfo = functionInfo;
                options.FunctionInfoCount = (uint)functions.Length;
                options.FunctionInfoSize = functions.Length == 0 ? 0 : (uint)sizeof(FunctionInfo);
                options.LogLevel = logLevel;
                options.LogSize = logLevel == 0 ? 0 : (uint)size;
                options.LogBuffer = logLevel == 0 ? null : logBuffer;
                result = Native.ProgLoad(
                    image.Type, image.Name, "GPL", instructions, (nuint)(bytes.Length / 8), &options);
                log = logLevel == 0 ? "" : Marshal.PtrToStringUTF8((nint)logBuffer) ?? "";
            }

            if (result != -Errors.NoSpace || logLevel == 0 || size > 1 << 24)
            {
                return result;
            }
        }
    }

    /// <summary>The kernel keeps it for as long as a program needs it, whatever becomes of the handle.</summary>
    private static FileHandle LoadBtf(BpfProgramImage image)
    {
        var btf = ProgramBtf.Build(image.Name, image.Subprograms.Select(subprogram => subprogram.Name));

        // The kernel only reads, and as many bytes as it is told.
        fixed (byte* bytes = btf)
        {
            return new FileHandle(BpfException.ThrowIfFailed(
                Native.BtfLoad(bytes, (nuint)btf.Length, null), $"load the types of the program '{image.Name}'"));
        }
    }

    /// <summary>The main program and its subprograms; none for a program that is all of one piece, and needs no BTF.</summary>
    private static FunctionInfo[] Functions(BpfProgramImage image) => image.Subprograms.Count == 0 ? [] :
    [
        new FunctionInfo { Slot = 0, TypeId = ProgramBtf.FunctionId(0) },
        .. image.Subprograms.Select((subprogram, index) =>
            new FunctionInfo { Slot = (uint)subprogram.Slot, TypeId = ProgramBtf.FunctionId(index + 1) }),
    ];

    private static IReadOnlyList<Instruction> WithSlot(BpfProgramImage image, int? slot)
    {
        if (image.SlotInstruction is not { } index || slot is not { } value)
        {
            return image.Instructions;
        }

        var copy = image.Instructions.ToArray();
        copy[index] = copy[index] with { Immediate = value };
        return copy;
    }

    private static BpfException Refused(BpfProgramImage image, int errno, string log)
    {
        var summary = VerifierLog.Summary(log);
        return summary.Length > 0
            ? new BpfException($"the verifier rejected the program '{image.Name}': {summary}", errno, log)
            : new BpfException($"cannot load the program '{image.Name}': {Errors.Describe(errno)}", errno);
    }
}
