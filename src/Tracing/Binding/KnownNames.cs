using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// Numbers whose type says nothing, but whose name tells what they mean: flags of open, address families, signals, what
/// mmap allows.
/// </summary>
internal static class KnownNames
{
    private const ulong AccessMode = 3;

    /// <summary>Flags of open(2), those of several bits first; the access mode is a number and no flag.</summary>
    private static readonly NumberWords OpenFlags = new(
        new WordGroup(AccessMode, false, Values("O_RDONLY", "O_WRONLY", "O_RDWR")),
        Flags("O_TMPFILE", "O_SYNC", "O_CREAT", "O_EXCL", "O_NOCTTY", "O_TRUNC", "O_APPEND", "O_NONBLOCK", "O_DSYNC", "O_ASYNC",
            "O_DIRECT", "O_LARGEFILE", "O_DIRECTORY", "O_NOFOLLOW", "O_NOATIME", "O_CLOEXEC", "O_PATH") with
        { Mask = ~AccessMode });

    private static readonly NumberWords Families = new(new WordGroup(ulong.MaxValue, false, Values(
        "AF_UNSPEC", "AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET")));

    private static readonly NumberWords Signals = new(new WordGroup(ulong.MaxValue, false, Values(
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2",
        "SIGPIPE", "SIGALRM", "SIGTERM", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU",
        "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS")));

    /// <summary>Of a signal's action (asm/signal.h); those of libc's headers have other names.</summary>
    private static readonly NumberWords SignalActions = new(new WordGroup(ulong.MaxValue, true,
    [
        new(0x1, "SA_NOCLDSTOP"), new(0x2, "SA_NOCLDWAIT"), new(0x4, "SA_SIGINFO"), new(0x04000000, "SA_RESTORER"),
        new(0x08000000, "SA_ONSTACK"), new(0x10000000, "SA_RESTART"), new(0x40000000, "SA_NODEFER"), new(0x80000000, "SA_RESETHAND"),
    ]));

    private static readonly NumberWords Protections = new(
        Flags("PROT_READ", "PROT_WRITE", "PROT_EXEC", "PROT_GROWSDOWN", "PROT_GROWSUP") with { Nothing = "PROT_NONE" });

    /// <summary>What has "open" in its name, and flags that are not those of open(2).</summary>
    private static readonly string[] OtherOpens = ["perf_event_open", "pidfd_open", "open_tree", "fsopen"];

    /// <summary>The words of a name; null where it tells nothing.</summary>
    /// <param name="place">The function or event.</param>
    /// <param name="label">The parameter's name, or the expression.</param>
    public static NumberWords? For(string place, string label) =>
        IsOpen(place) && label.EndsWith("flags", StringComparison.Ordinal) ? OpenFlags
        : label.EndsWith("family", StringComparison.Ordinal) ? Families
        : label.EndsWith("sa_flags", StringComparison.Ordinal) ? SignalActions
        : label is "args->sig" or "sig" or "signum" or "args->signum" ? Signals
        : label is "prot" or "args->prot" ? Protections
        : null;

    private static bool IsOpen(string place) => place.Contains("open", StringComparison.Ordinal)
        && !OtherOpens.Any(other => place.Contains(other, StringComparison.Ordinal));

    private static WordGroup Flags(params string[] names) => new(ulong.MaxValue, true, Values(names));

    private static NumberWord[] Values(params string[] names) =>
        [.. names.Select(name => new NumberWord((ulong)MacroConstants.Values[name], name))]; // all are in the table
}
