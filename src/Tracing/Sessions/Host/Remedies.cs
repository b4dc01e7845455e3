namespace BpfDashboard.Tracing.Sessions.Host;

/// <summary>How to get what is missing, most useful first.</summary>
internal static class Remedies
{
    internal static IReadOnlyList<Remedy> For(HostFacts facts, bool kernelFunctionsWork)
    {
        var remedies = new List<Remedy>();
        if (facts.MissingPrivileges.Count > 0)
        {
            AddPrivileges(facts, remedies);
        }

        if (!facts.HasTracefs)
        {
            remedies.Add(new("the names of tracepoints", "mount tracefs", "sudo mount -t tracefs tracefs /sys/kernel/tracing"));
        }

        if (facts.Lockdown == "confidentiality")
        {
            remedies.Add(new("everything", "boot without lockdown=confidentiality on the kernel's command line"));
        }

        if (facts.Sysctl(KernelSettings.Ftrace) == "0")
        {
            remedies.Add(new("kprobe.multi and fentry", "switch function tracing on", "sudo sysctl kernel.ftrace_enabled=1"));
        }

        if (!facts.ShowsAddresses && !facts.Lacks("CAP_SYSLOG"))
        {
            remedies.Add(new("the addresses of kernel functions", "show them to privileged processes",
                $"sudo sysctl {KernelSettings.KptrRestrict}=1"));
        }

        if (!kernelFunctionsWork && !facts.HasKprobes)
        {
            remedies.Add(new("kernel functions",
                "boot a kernel with CONFIG_KPROBES=y and CONFIG_FPROBE=y, as distributions build theirs"));
        }

        return remedies;
    }

    private static void AddPrivileges(HostFacts facts, List<Remedy> remedies)
    {
        var names = facts.MissingPrivileges.Select(missing => missing.Name).ToList();
        var missing = string.Join(", ", names);
        remedies.Add(new(missing, "start the server as root", "sudo ./run"));
        remedies.Add(new(missing, "or give them to its systemd unit", $"AmbientCapabilities={string.Join(' ', names)}"));
    }
}
