namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>What a program finds where it is hit. The records below are the whole family.</summary>
public abstract record ValueSource;

/// <summary>What the registers of arguments hold at the entry of a function; the first is 0.</summary>
public sealed record ArgumentSource(int Register) : ValueSource;

/// <summary>An argument of a system call, from the registers that the wrapper was given a pointer to; the first is 0.</summary>
public sealed record SystemCallArgumentSource(int Register) : ValueSource;

/// <summary>An argument of a USDT probe; the first is 0.</summary>
public sealed record UsdtArgumentSource(int Index) : ValueSource;

/// <summary>What the function returns.</summary>
public sealed record ReturnSource : ValueSource;

/// <summary>What <paramref name="Argument"/> was when the function was entered whose return is seen.</summary>
public sealed record EntrySource(ValueSource Argument) : ValueSource;

/// <summary>A register, by its place in pt_regs in bytes.</summary>
public sealed record RegisterSource(string Name, int Offset) : ValueSource;

/// <summary>The pointer that the program was given: to the record of a tracepoint.</summary>
public sealed record ContextSource : ValueSource;

/// <summary>What does not depend on the function.</summary>
public sealed record BuiltinSource(Builtin Builtin) : ValueSource;

/// <summary>The names with a dollar.</summary>
public enum Builtin
{
    /// <summary>The thread's number, which the kernel calls pid.</summary>
    Thread,

    /// <summary>The process's number, which the kernel calls tgid.</summary>
    Process,

    /// <summary>The number of the process's parent.</summary>
    Parent,
    User,
    Group,
    Cpu,

    /// <summary>The thread's name: a text of at most 15 bytes.</summary>
    Name,

    /// <summary>The pointer to the current task_struct.</summary>
    Task,

    /// <summary>The number of the cgroup (v2).</summary>
    Cgroup,

    /// <summary>Nanoseconds of the monotonic clock.</summary>
    Time,

    /// <summary>The name of what was hit: a text, known for each probe beforehand.</summary>
    Function,

    /// <summary>Nanoseconds since the function was entered whose return is seen.</summary>
    Latency,
}
