namespace BpfDashboard.Tracing.Bytecode;

/// <summary>Kernel helpers our programs call, by their number in <c>enum bpf_func_id</c>.</summary>
public enum Helper
{
    MapLookupElem = 1,
    KtimeGetNs = 5,
    GetSmpProcessorId = 8,
    GetCurrentPidTgid = 14,
    GetStack = 67,
    ProbeReadUser = 112,
    ProbeReadKernel = 113,
    GetCurrentTaskBtf = 158,
    GetAttachCookie = 174,
    TaskPtRegs = 175,
}

/// <summary>The kernel's names of helpers, as its disassembler prints them.</summary>
internal static class HelperNames
{
    internal static string Of(int number) => (Helper)number switch
    {
        Helper.MapLookupElem => "bpf_map_lookup_elem",
        Helper.KtimeGetNs => "bpf_ktime_get_ns",
        Helper.GetSmpProcessorId => "bpf_get_smp_processor_id",
        Helper.GetCurrentPidTgid => "bpf_get_current_pid_tgid",
        Helper.GetStack => "bpf_get_stack",
        Helper.ProbeReadUser => "bpf_probe_read_user",
        Helper.GetCurrentTaskBtf => "bpf_get_current_task_btf",
        Helper.TaskPtRegs => "bpf_task_pt_regs",
        Helper.ProbeReadKernel => "bpf_probe_read_kernel",
        Helper.GetAttachCookie => "bpf_get_attach_cookie",
        _ => "unknown",
    };
}
