using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Bytecode;
using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Libbpf;

/// <summary>Declarations only. libbpf 1.x returns -errno; the raw system calls return -1 and set errno.</summary>
internal static unsafe partial class Native
{
    private const string Libbpf = "libbpf.so.1";
    private const string Libc = "libc";

    [LibraryImport(Libbpf, EntryPoint = "bpf_map_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MapCreate(
        MapType type, string name, uint keySize, uint valueSize, uint maxEntries, MapCreateOptions* options);

    [LibraryImport(Libbpf, EntryPoint = "bpf_map_update_elem")]
    internal static partial int MapUpdateElem(FileHandle map, void* key, void* value, ulong flags);

    [LibraryImport(Libbpf, EntryPoint = "bpf_map_delete_elem")]
    internal static partial int MapDeleteElem(FileHandle map, void* key);

    [LibraryImport(Libbpf, EntryPoint = "bpf_map_lookup_elem")]
    internal static partial int MapLookupElem(FileHandle map, void* key, void* value);

    [LibraryImport(Libbpf, EntryPoint = "bpf_map_lookup_batch")]
    internal static partial int MapLookupBatch(
        FileHandle map, void* inBatch, void* outBatch, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Libbpf, EntryPoint = "bpf_map_get_next_key")]
    internal static partial int MapGetNextKey(FileHandle map, void* key, void* next);

    [LibraryImport(Libbpf, EntryPoint = "bpf_map_freeze")]
    internal static partial int MapFreeze(FileHandle map);

    [LibraryImport(Libbpf, EntryPoint = "bpf_prog_load", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ProgLoad(
        ProgramType type, string name, string license, byte* instructions, nuint count, ProgLoadOptions* options);

    [LibraryImport(Libbpf, EntryPoint = "bpf_btf_load")]
    internal static partial int BtfLoad(byte* btf, nuint size, void* options);

    [LibraryImport(Libbpf, EntryPoint = "bpf_obj_get_info_by_fd")]
    internal static partial int ObjGetInfoByFd(FileHandle file, void* info, uint* size);

    [LibraryImport(Libbpf, EntryPoint = "bpf_enable_stats")]
    internal static partial int EnableStats(int type);

    [LibraryImport(Libbpf, EntryPoint = "btf__load_vmlinux_btf")]
    internal static partial BtfHandle BtfLoadVmlinux();

    [LibraryImport(Libbpf, EntryPoint = "btf__find_by_name_kind", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int BtfFindByNameKind(BtfHandle btf, string name, uint kind);

    [LibraryImport(Libbpf, EntryPoint = "btf__free")]
    internal static partial void BtfFree(nint btf);

    [LibraryImport(Libbpf, EntryPoint = "libbpf_num_possible_cpus")]
    internal static partial int NumPossibleCpus();

    [LibraryImport(Libbpf, EntryPoint = "libbpf_set_print")]
    internal static partial nint SetPrint(nint callback);

    [LibraryImport(Libbpf, EntryPoint = "ring_buffer__new", SetLastError = true)]
    internal static partial RingBufferHandle RingBufferNew(
        int map, delegate* unmanaged[Cdecl]<void*, void*, nuint, int> onRecord, void* context, void* options);

    [LibraryImport(Libbpf, EntryPoint = "ring_buffer__consume")]
    internal static partial int RingBufferConsume(RingBufferHandle ring);

    [LibraryImport(Libbpf, EntryPoint = "ring_buffer__epoll_fd")]
    internal static partial int RingBufferEpollFd(RingBufferHandle ring);

    [LibraryImport(Libbpf, EntryPoint = "ring_buffer__free")]
    internal static partial void RingBufferFree(nint ring);

    /// <summary>bpf(2), for what an older libbpf lacks.</summary>
    [LibraryImport(Libc, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint Bpf(nint number, nint command, void* attributes, nint size);

    /// <summary>perf_event_open(2).</summary>
    [LibraryImport(Libc, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint PerfEventOpen(
        nint number, PerfEventAttributes* attributes, nint pid, nint cpu, nint groupFd, nint flags);

    [LibraryImport(Libc, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Ioctl(FileHandle file, nuint request, nint argument);

    [LibraryImport(Libc, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint value, int flags);

    [LibraryImport(Libc, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(FileHandle file, void* bytes, nuint count);

    [LibraryImport(Libc, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport(Libc, EntryPoint = "mmap")]
    internal static partial void* Mmap(
        void* address, nuint length, int protection, int flags, SafeFileHandle file, nint offset);

    [LibraryImport(Libc, EntryPoint = "munmap")]
    internal static partial int Munmap(void* address, nuint length);

    [LibraryImport(Libc, EntryPoint = "close")]
    internal static partial int Close(nint fd);

    [LibraryImport(Libc, EntryPoint = "strerror")]
    internal static partial byte* StrError(int errno);
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    /// <summary>POLLIN.</summary>
    internal const short Readable = 1;

    internal int Fd;
    internal short Events;
    internal short Returned;
}

/// <summary><c>struct bpf_map_create_opts</c> as of libbpf 1.0.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
internal struct MapCreateOptions
{
    [FieldOffset(0)] internal nuint Size;
    [FieldOffset(24)] internal uint InnerMapFd;
    [FieldOffset(28)] internal uint MapFlags;
}

/// <summary><c>struct bpf_prog_load_opts</c> as of libbpf 1.0; later fields are told apart by the size.</summary>
[StructLayout(LayoutKind.Explicit, Size = 104)]
internal unsafe struct ProgLoadOptions
{
    [FieldOffset(0)] internal nuint Size;
    [FieldOffset(12)] internal AttachType ExpectedAttachType;
    [FieldOffset(16)] internal uint BtfFd;
    [FieldOffset(32)] internal uint AttachBtfId;
    [FieldOffset(56)] internal FunctionInfo* FunctionInfo;
    [FieldOffset(64)] internal uint FunctionInfoCount;
    [FieldOffset(68)] internal uint FunctionInfoSize;
    [FieldOffset(88)] internal uint LogLevel;
    [FieldOffset(92)] internal uint LogSize;
    [FieldOffset(96)] internal byte* LogBuffer;
}

/// <summary><c>struct bpf_func_info</c>: where a function of a program begins, in slots, and its id in the program's BTF.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FunctionInfo
{
    internal uint Slot;
    internal uint TypeId;
}

/// <summary><c>struct bpf_prog_info</c>: the fields we read.</summary>
[StructLayout(LayoutKind.Explicit, Size = 232)]
internal struct ProgramInfo
{
    [FieldOffset(4)] internal uint Id;
    [FieldOffset(192)] internal ulong RunTimeNs;
    [FieldOffset(200)] internal ulong RunCount;
    [FieldOffset(208)] internal ulong RecursionMisses;
}

/// <summary><c>struct bpf_link_info</c>: the counters of missed hits (Linux 6.7), which stand elsewhere for each type.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct LinkInfo
{
    [FieldOffset(0)] internal LinkType Type;
    [FieldOffset(16)] internal PerfLinkType PerfType;
    [FieldOffset(32)] internal ulong KprobeMultiMissed;
    [FieldOffset(48)] internal ulong PerfKprobeMissed;
}

/// <summary><c>enum bpf_link_type</c>: those that count what they missed.</summary>
internal enum LinkType : uint
{
    PerfEvent = 7,
    KprobeMulti = 8,
}

/// <summary><c>enum bpf_perf_event_type</c>: the one that counts what it missed.</summary>
internal enum PerfLinkType : uint
{
    Kprobe = 3,
}

/// <summary><c>struct perf_event_attr</c>: the fields we set.</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct PerfEventAttributes
{
    [FieldOffset(0)] internal uint Type;
    [FieldOffset(4)] internal uint Size;
    [FieldOffset(8)] internal ulong Config;
    [FieldOffset(16)] internal ulong SamplePeriodOrFrequency;
    [FieldOffset(24)] internal ulong SampleType;
    [FieldOffset(40)] internal ulong Flags;
    [FieldOffset(48)] internal uint WakeupWatermark;
    [FieldOffset(56)] internal ulong Config1;
    [FieldOffset(64)] internal ulong Config2;
}

/// <summary><c>union bpf_attr</c> for BPF_RAW_TRACEPOINT_OPEN; the cookie is read since Linux 6.10.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal unsafe struct RawTracepointAttributes
{
    [FieldOffset(0)] internal byte* Name;
    [FieldOffset(8)] internal uint ProgramFd;
    [FieldOffset(16)] internal ulong Cookie;
}

/// <summary><c>union bpf_attr</c> for BPF_LINK_CREATE, with the parts of the attach types we use.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct LinkCreateAttributes
{
    [FieldOffset(0)] internal uint ProgramFd;
    [FieldOffset(4)] internal uint TargetFd;
    [FieldOffset(8)] internal AttachType AttachType;

    [FieldOffset(16)] internal ulong PerfCookie;

    [FieldOffset(16)] internal uint KprobeFlags;
    [FieldOffset(20)] internal uint KprobeCount;
    [FieldOffset(24)] internal byte** KprobeSymbols;
    [FieldOffset(32)] internal ulong* KprobeAddresses;
    [FieldOffset(40)] internal ulong* KprobeCookies;

    [FieldOffset(16)] internal byte* UprobePath;
    [FieldOffset(24)] internal ulong* UprobeOffsets;
    [FieldOffset(32)] internal ulong* UprobeSemaphores;
    [FieldOffset(40)] internal ulong* UprobeCookies;
    [FieldOffset(48)] internal uint UprobeCount;
    [FieldOffset(52)] internal uint UprobeFlags;
    [FieldOffset(56)] internal uint UprobePid;
}
