using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Ways to make a link: an attachment that lives as long as its handle. Each returns 0 and the handle, or the errno:
/// a refused place is an ordinary outcome that the caller turns into a reason.
/// </summary>
internal static unsafe class BpfLink
{
    private const nint RawTracepointOpen = 17;
    private const nint LinkCreate = 28;

    /// <summary>BPF_F_KPROBE_MULTI_RETURN and BPF_F_UPROBE_MULTI_RETURN.</summary>
    private const uint MultiReturn = 1;

    /// <summary>A raw tracepoint; <paramref name="name"/> null for a typed program, which names its own.</summary>
    internal static int RawTracepoint(BpfProgram program, string? name, ulong cookie, out FileHandle? link)
    {
        using var text = new Utf8Text(name);
        var attributes = new RawTracepointAttributes
        {
            Name = text.Pointer,
            ProgramFd = program.Handle.Fd,
            Cookie = cookie,
        };
        return Finish(Native.Bpf(CpuLayout.Current.BpfSyscall, RawTracepointOpen, &attributes, sizeof(RawTracepointAttributes)), out link);
    }

    /// <summary>A perf event's program, with a cookie (Linux 5.15).</summary>
    internal static int Perf(BpfProgram program, FileHandle perfEvent, ulong cookie, out FileHandle? link) =>
        Create(
            new LinkCreateAttributes
            {
                ProgramFd = program.Handle.Fd,
                TargetFd = perfEvent.Fd,
                AttachType = AttachType.PerfEvent,
                PerfCookie = cookie,
            },
            out link);

    /// <summary>fentry: the program knows its function.</summary>
    internal static int Tracing(BpfProgram program, AttachType type, out FileHandle? link) =>
        Create(new LinkCreateAttributes { ProgramFd = program.Handle.Fd, AttachType = type }, out link);

    /// <summary>Many kernel functions, by address, or by name where addresses are hidden.</summary>
    /// <param name="type">That of kprobe.multi or of kprobe.session, which is at returns too.</param>
    internal static int KprobeMulti(
        BpfProgram program, AttachType type, ulong[]? addresses, string[]? names, ulong[] cookies, bool isReturn,
        out FileHandle? link)
    {
        using var texts = new Utf8Texts(names ?? []);

        // The kernel copies all arrays before the call returns.
        fixed (ulong* addressPointer = addresses)
        fixed (ulong* cookiePointer = cookies)
        fixed (byte** namePointer = texts.Pointers)
        {
            return Create(
                new LinkCreateAttributes
                {
                    ProgramFd = program.Handle.Fd,
                    AttachType = type,
                    KprobeFlags = isReturn ? MultiReturn : 0,
                    KprobeCount = (uint)cookies.Length,
                    KprobeAddresses = addressPointer,
                    KprobeSymbols = addresses is null ? namePointer : null,
                    KprobeCookies = cookiePointer,
                },
                out link);
        }
    }

    /// <summary>Many places of one file; <paramref name="pid"/> 0 for all processes.</summary>
    /// <param name="type">That of uprobe.multi or of uprobe.session, which is at returns too.</param>
    internal static int UprobeMulti(
        BpfProgram program, AttachType type, string path, ulong[] offsets, ulong[] semaphores, ulong[] cookies, int pid,
        bool isReturn, out FileHandle? link)
    {
        using var text = new Utf8Text(path);

        // The kernel copies all arrays before the call returns.
        fixed (ulong* offsetPointer = offsets)
        fixed (ulong* semaphorePointer = semaphores)
        fixed (ulong* cookiePointer = cookies)
        {
            return Create(
                new LinkCreateAttributes
                {
                    ProgramFd = program.Handle.Fd,
                    AttachType = type,
                    UprobePath = text.Pointer,
                    UprobeOffsets = offsetPointer,
                    UprobeSemaphores = Array.TrueForAll(semaphores, offset => offset == 0) ? null : semaphorePointer,
                    UprobeCookies = cookiePointer,
                    UprobeCount = (uint)offsets.Length,
                    UprobePid = (uint)pid,
                    UprobeFlags = isReturn ? MultiReturn : 0,
                },
                out link);
        }
    }

    private static int Create(LinkCreateAttributes attributes, out FileHandle? link) =>
        Finish(Native.Bpf(CpuLayout.Current.BpfSyscall, LinkCreate, &attributes, sizeof(LinkCreateAttributes)), out link);

    private static int Finish(nint result, out FileHandle? link)
    {
        link = result >= 0 ? new FileHandle(result) : null;
        return result >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
