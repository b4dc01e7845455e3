namespace BpfDashboard.Tracing.Bytecode;

/// <summary>Program types of the kernel's <c>enum bpf_prog_type</c> that we load.</summary>
public enum ProgramType : uint
{
    Kprobe = 2,
    Tracepoint = 5,
    PerfEvent = 7,
    RawTracepoint = 17,
    Tracing = 26,
}

/// <summary>Attach types of the kernel's <c>enum bpf_attach_type</c> that we name.</summary>
public enum AttachType : uint
{
    None = 0,
    TraceRawTp = 23,
    TraceFentry = 24,
    PerfEvent = 41,
    TraceKprobeMulti = 42,
    TraceUprobeMulti = 48,
    TraceKprobeSession = 56,
    TraceUprobeSession = 57,
}

/// <summary>Map types of the kernel's <c>enum bpf_map_type</c> that we create.</summary>
public enum MapType : uint
{
    Hash = 1,
    Array = 2,
    ProgramArray = 3,
    PerfEventArray = 4,
    PerCpuHash = 5,
    PerCpuArray = 6,
    LruHash = 9,
    ArrayOfMaps = 12,
    Ringbuf = 27,
}
