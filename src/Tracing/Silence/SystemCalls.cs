using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Silence;

/// <summary>A system call that does what a function of libc does.</summary>
/// <param name="Name">As its tracepoints name it: <c>write</c> for <c>syscalls:sys_enter_write</c>.</param>
/// <param name="Shift">How many arguments it has before those of the function.</param>
internal sealed record SystemCall(string Name, int Shift = 0);

/// <summary>Which functions are system calls, and which other functions do the like.</summary>
internal static class SystemCalls
{
    /// <summary>Functions whose system call has another name; those with a directory before the path take one argument more.</summary>
    private static readonly Dictionary<string, SystemCall[]> Renamed = new()
    {
        ["open"] = [new("openat", 1), new("open")],
        ["creat"] = [new("openat", 1), new("creat")],
        ["stat"] = [new("newfstatat", 1), new("stat")],
        ["lstat"] = [new("newfstatat", 1), new("lstat")],
        ["fstat"] = [new("fstat"), new("newfstatat")],
        ["pread"] = [new("pread64")],
        ["pwrite"] = [new("pwrite64")],
        ["send"] = [new("sendto")],
        ["recv"] = [new("recvfrom")],
        ["waitpid"] = [new("wait4")],
        ["wait"] = [new("wait4")],
        ["fork"] = [new("clone"), new("fork")],
        ["sigaction"] = [new("rt_sigaction")],
        ["nanosleep"] = [new("clock_nanosleep", 2), new("nanosleep")],
        ["usleep"] = [new("clock_nanosleep", 2)],
        ["sleep"] = [new("clock_nanosleep", 2)],
        ["epoll_create"] = [new("epoll_create1")],
        ["inotify_init"] = [new("inotify_init1")],
    };

    private static readonly string[][] Families =
    [
        ["write", "writev", "pwrite", "pwrite64", "pwritev", "pwritev64", "sendfile", "sendfile64", "send", "sendto", "sendmsg", "sendmmsg", "splice", "io_uring_submit"],
        ["read", "readv", "pread", "pread64", "preadv", "preadv64", "recv", "recvfrom", "recvmsg", "recvmmsg", "splice", "io_uring_submit"],
        ["open", "open64", "openat", "openat64", "creat", "fopen", "fopen64", "opendir"],
        ["stat", "stat64", "lstat", "lstat64", "fstat", "fstat64", "fstatat", "fstatat64", "statx"],
        ["malloc", "calloc", "realloc", "reallocarray", "posix_memalign", "aligned_alloc", "memalign", "mmap", "mmap64"],
        ["memcpy", "memmove", "mempcpy"],
        ["accept", "accept4"],
        ["poll", "ppoll", "select", "pselect", "epoll_wait", "epoll_pwait"],
        ["fork", "vfork", "posix_spawn", "clone"],
        ["printf", "fprintf", "vfprintf", "puts", "fputs", "putchar", "fwrite"],
        ["sleep", "usleep", "nanosleep", "clock_nanosleep"],
    ];

    /// <summary>Without what libc adds to names: <c>__write_nocancel</c>, <c>__libc_write</c> and <c>write64</c> are write.</summary>
    public static string BaseName(string function)
    {
        var name = function.TrimStart('_');
        foreach (var prefix in new[] { "GI___libc_", "GI_", "libc_" })
        {
            name = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..].TrimStart('_') : name;
        }

        foreach (var suffix in new[] { "_nocancel", "_chk", "_time64", "64" })
        {
            name = name.EndsWith(suffix, StringComparison.Ordinal) && name.Length > suffix.Length ? name[..^suffix.Length] : name;
        }

        return name;
    }

    /// <summary>The system calls of this kernel that a function of libc makes; none if it is not such a function.</summary>
    public static IReadOnlyList<SystemCall> Of(string function, IKernelCatalog kernel)
    {
        var name = BaseName(function);
        var calls = Renamed.GetValueOrDefault(name) ?? [new SystemCall(name)];
        return [.. calls.Where(call => Enter(call, kernel) is not null)];
    }

    /// <summary>The tracepoint at the entry of a system call.</summary>
    public static Tracepoint? Enter(SystemCall call, IKernelCatalog kernel) =>
        kernel.Tracepoints.FirstOrDefault(point => point.Category == "syscalls" && point.Event == $"sys_enter_{call.Name}");

    /// <summary>Other functions by which a program may do the same.</summary>
    public static IEnumerable<string> Relatives(string function)
    {
        var name = BaseName(function);
        return Families.Where(family => family.Contains(name)).SelectMany(family => family)
            .Append($"__{name}_chk").Append($"{name}64")
            .Where(other => other != function).Distinct();
    }
}
