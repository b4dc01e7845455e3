using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Sessions.Host;

/// <summary>What the files of /proc and /sys say of this host; everything that explains why something was refused.</summary>
internal sealed record HostFacts
{
    public required string Release { get; init; }

    public IReadOnlyList<Privilege> MissingPrivileges { get; init; } = [];

    public string Lockdown { get; init; } = "none";

    public bool HasBtf { get; init; } = true;

    public bool HasKprobes { get; init; } = true;

    public bool HasUprobes { get; init; } = true;

    /// <summary>Why the names of tracepoints are not known; null if they are.</summary>
    public string? TracepointsProblem { get; init; }

    /// <summary>Whether the list of tracefs is there at all, readable or not.</summary>
    public bool HasTracefs { get; init; } = true;

    /// <summary>Why the tracer's own list of functions cannot be read; null if it can.</summary>
    public string? FunctionListProblem { get; init; }

    /// <summary>Why the names of kernel functions are not known; null if they are.</summary>
    public string? KernelFunctionsProblem { get; init; }

    public bool ShowsAddresses { get; init; } = true;

    /// <summary>Values of sysctls by name; those the kernel has not are absent.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether what every program takes is missing.</summary>
    public bool LacksPrivilege => MissingPrivileges.Any(privilege => privilege.IsVital);

    public bool Lacks(string capability) => MissingPrivileges.Any(privilege => privilege.Name == capability);

    public string? Sysctl(string name) => Sysctls.GetValueOrDefault(name);

    internal static HostFacts Read(IKernelCatalog catalog, HostPaths paths) => new()
    {
        Release = File.ReadAllText($"{paths.Proc}/sys/kernel/osrelease").Trim(),
        MissingPrivileges = Privileges.Missing(File.ReadLines($"{paths.Proc}/self/status")),
        Lockdown = ReadLockdown(paths),
        HasBtf = File.Exists(paths.KernelBtf),
        HasKprobes = PerfEvent.TypeOf("kprobe") is not null,
        HasUprobes = PerfEvent.TypeOf("uprobe") is not null,
        TracepointsProblem = catalog.TracepointsProblem,
        HasTracefs = paths.Tracefs.Any(root => FirstLine($"{paths.Proc}/mounts", root) is not null),
        FunctionListProblem = ReadFunctionList(paths),
        KernelFunctionsProblem = FirstSymbol(paths) is null ? "/proc/kallsyms cannot be read" : null,
        ShowsAddresses = FirstSymbol(paths)?.AsSpan().IndexOfAnyExcept('0') is < 16,
        Sysctls = KernelSettings.Names
            .Select(name => (name, Value: ReadSysctl(paths, name)))
            .Where(sysctl => sysctl.Value is not null)
            .ToDictionary(sysctl => sysctl.name, sysctl => sysctl.Value ?? ""),
    };

    /// <summary>From <c>[none] integrity confidentiality</c>, the word in brackets.</summary>
    internal static string ParseLockdown(string text)
    {
        var (start, end) = (text.IndexOf('[', StringComparison.Ordinal), text.IndexOf(']', StringComparison.Ordinal));
        return start >= 0 && end > start ? text[(start + 1)..end] : text.Trim();
    }

    private static string ReadLockdown(HostPaths paths)
    {
        try
        {
            return ParseLockdown(File.ReadAllText($"{paths.Securityfs}/lockdown"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is not (FileNotFoundException or DirectoryNotFoundException) ? $"not known: {e.Message}"
                : FirstLine($"{paths.Proc}/mounts", paths.Securityfs) is null ? "not known: securityfs is not mounted"
                : "not built in";
        }
    }

    // DEVICE MOUNTPOINT TYPE OPTIONS 0 0
    private static string? FirstLine(string mounts, string mountPoint) => !File.Exists(mounts) ? null
        : File.ReadLines(mounts).FirstOrDefault(line => line.Contains($" {mountPoint} ", StringComparison.Ordinal));

    private static string? ReadFunctionList(HostPaths paths)
    {
        var problem = "tracefs is not mounted";
        foreach (var root in paths.Tracefs.Where(Directory.Exists))
        {
            try
            {
                using var list = File.OpenRead($"{root}/available_filter_functions");
                return list.ReadByte() >= 0 ? null : "available_filter_functions is empty";
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                problem = "there is no available_filter_functions (CONFIG_DYNAMIC_FTRACE)";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Readable by its mode and refused all the same: that is not this user's fault.
                return Directory.Exists($"{root}/events")
                    ? "the kernel does not let available_filter_functions be read"
                    : $"tracefs ({root}) is not readable by this user";
            }
        }

        return problem;
    }

    // ffffffff81000000 T startup_64, or a percpu symbol, which is at 0; so not the first line but the first of text.
    private static string? FirstSymbol(HostPaths paths)
    {
        try
        {
            return File.ReadLines($"{paths.Proc}/kallsyms")
                .FirstOrDefault(line => line.Length > 17 && line[17] is 'T' or 't');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? ReadSysctl(HostPaths paths, string name)
    {
        try
        {
            return File.ReadAllText($"{paths.Proc}/sys/{name.Replace('.', '/')}").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
