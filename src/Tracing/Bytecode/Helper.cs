namespace BpfDashboard.Tracing.Bytecode;

/// <summary>Kernel helpers our programs call, by their number in <c>enum bpf_func_id</c>.</summary>
public enum Helper
{
    MapLookupElem = 1,
    MapUpdateElem = 2,
    KtimeGetNs = 5,
    GetSmpProcessorId = 8,
    TailCall = 12,
    GetCurrentPidTgid = 14,
    GetCurrentUidGid = 15,
    GetCurrentComm = 16,
    PerfEventOutput = 25,
    GetCurrentTask = 35,
    GetStack = 67,
    GetCurrentCgroupId = 80,
    ProbeReadUser = 112,
    ProbeReadKernel = 113,
    ProbeReadUserText = 114,
    ProbeReadKernelText = 115,
    GetCurrentAncestorCgroupId = 123,
    RingbufOutput = 130,
    RingbufReserve = 131,
    RingbufSubmit = 132,
    RingbufQuery = 134,
    GetCurrentTaskBtf = 158,
    GetAttachCookie = 174,
    TaskPtRegs = 175,
    Loop = 181,
}

/// <summary>The kernel's names of helpers, as its disassembler prints them.</summary>
internal static class HelperNames
{
    internal static string Of(int number) => (Helper)number switch
    {
        Helper.MapLookupElem => "bpf_map_lookup_elem",
        Helper.MapUpdateElem => "bpf_map_update_elem",
        Helper.KtimeGetNs => "bpf_ktime_get_ns",
        Helper.GetSmpProcessorId => "bpf_get_smp_processor_id",
        Helper.GetCurrentPidTgid => "bpf_get_current_pid_tgid",
        Helper.GetCurrentComm => "bpf_get_current_comm",
        Helper.PerfEventOutput => "bpf_perf_event_output",
        Helper.GetCurrentUidGid => "bpf_get_current_uid_gid",
        Helper.GetCurrentTask => "bpf_get_current_task",
        Helper.GetCurrentCgroupId => "bpf_get_current_cgroup_id",
        Helper.TailCall => "bpf_tail_call",
        Helper.GetCurrentAncestorCgroupId => "bpf_get_current_ancestor_cgroup_id",
        Helper.GetStack => "bpf_get_stack",
        Helper.ProbeReadUser => "bpf_probe_read_user",
        Helper.ProbeReadKernel => "bpf_probe_read_kernel",
        Helper.ProbeReadUserText => "bpf_probe_read_user_str",
        Helper.ProbeReadKernelText => "bpf_probe_read_kernel_str",
        Helper.RingbufOutput => "bpf_ringbuf_output",
        Helper.RingbufReserve => "bpf_ringbuf_reserve",
        Helper.RingbufSubmit => "bpf_ringbuf_submit",
        Helper.RingbufQuery => "bpf_ringbuf_query",
        Helper.GetCurrentTaskBtf => "bpf_get_current_task_btf",
        Helper.TaskPtRegs => "bpf_task_pt_regs",
        Helper.Loop => "bpf_loop",
        Helper.GetAttachCookie => "bpf_get_attach_cookie",
        _ => "unknown",
    };
}
