namespace BpfDashboard.Tracing.Binding;

/// <summary>Where the facts of a host lie; tests put folders of their own here.</summary>
internal sealed record HostPaths
{
    public string Proc { get; init; } = "/proc";

    public IReadOnlyList<string> Tracefs { get; init; } = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

    public string KprobeBlacklist { get; init; } = "/sys/kernel/debug/kprobes/blacklist";

    public string KernelBtf { get; init; } = "/sys/kernel/btf/vmlinux";

    public string Securityfs { get; init; } = "/sys/kernel/security";

    public string PossibleCpus { get; init; } = "/sys/devices/system/cpu/possible";

    /// <summary>Folder in front of <c>/etc/ld.so.cache</c>, library folders and the folders of the PATH.</summary>
    public string Root { get; init; } = "";

    public IReadOnlyList<string> ProgramFolders { get; init; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .Split(':', StringSplitOptions.RemoveEmptyEntries);
}
