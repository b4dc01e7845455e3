using BpfDashboard.Tracing.Types;
using BpfDashboard.Tracing.Usdt;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>Where a program runs.</summary>
public enum ProbeSite
{
    KernelEntry,
    KernelReturn,

    /// <summary>At an offset in a function of the kernel.</summary>
    KernelInside,
    UserEntry,
    UserReturn,

    /// <summary>At an offset in a function of a process.</summary>
    UserInside,
    Tracepoint,
    Usdt,
}

/// <summary>How a field of a tracepoint's record is found.</summary>
public enum FieldLocation
{
    /// <summary>It lies at its offset.</summary>
    Fixed,

    /// <summary>At its offset lie 32 bits: where it lies from the record's start (low half), and its length.</summary>
    Dynamic,

    /// <summary>The same, but from the end of those 32 bits.</summary>
    RelativeDynamic,
}

/// <summary>A field of a tracepoint's record; a dynamic one has the type of what it leads to, an array of length 0.</summary>
/// <param name="Offset">Bytes from the record's start.</param>
public sealed record RecordField(string Name, DataType Type, int Offset, FieldLocation Location = FieldLocation.Fixed)
{
    /// <summary>What its numbers mean, where the kernel says so; else null.</summary>
    public NumberWords? Words { get; init; }
}

/// <summary>What a probe offers to expressions, as far as it is known.</summary>
public sealed record ProbeScope
{
    /// <summary>Where the program runs.</summary>
    public required ProbeSite Site { get; init; }

    /// <summary>The name of the function, event or USDT probe, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>What <c>$func</c> is here: the name as rows show it, which may tell more than that for messages.</summary>
    public string Function { get => field ?? Name; init; }

    /// <summary>The function's parameters, from a signature, BTF or DWARF; null if nothing tells them.</summary>
    public IReadOnlyList<Parameter>? Parameters { get; init; }

    /// <summary>Whether these are all parameters, and not those that a signature names.</summary>
    public bool HasAllParameters { get; init; }

    /// <summary>What the function returns; null if nothing tells it.</summary>
    public DataType? Returns { get; init; }

    /// <summary>Whether arguments are those of a system call, behind the pt_regs that its wrapper is given.</summary>
    public bool IsSystemCall { get; init; }

    /// <summary>The fields of a tracepoint.</summary>
    public IReadOnlyList<RecordField> Fields { get; init; } = [];

    /// <summary>The types of a USDT probe's arguments; null if they are not known.</summary>
    public IReadOnlyList<DataType>? UsdtArguments { get; init; }

    /// <summary>Where a USDT probe has its arguments; of another site of the same probe they may be elsewhere.</summary>
    public IReadOnlyList<UsdtOperand> UsdtOperands { get; init; } = [];

    /// <summary>Names with a dollar that only one tool has: argdist's <c>$PID</c>.</summary>
    public IReadOnlyDictionary<string, Builtin> MoreNames { get; init; } = new Dictionary<string, Builtin>();

    /// <summary>Whether <c>field</c> alone stands for <c>args-&gt;field</c>, as in the old documents of argdist.</summary>
    public bool HasBareFields { get; init; }

    /// <summary>Whether STRCMP compares bytes that are written as an initialiser (-B).</summary>
    public bool ComparesBytes { get; init; }

    /// <summary>Whether the function is just entered, so that its arguments are where they were put.</summary>
    public bool IsEntry => Site is ProbeSite.KernelEntry or ProbeSite.UserEntry;

    /// <summary>Whether the function returns.</summary>
    public bool IsReturn => Site is ProbeSite.KernelReturn or ProbeSite.UserReturn;

    /// <summary>Whether there are the registers of a function.</summary>
    public bool HasRegisters => Site is not (ProbeSite.Tracepoint or ProbeSite.Usdt);

    /// <summary>Where pointers lead of which nothing else is known.</summary>
    public MemorySpace PointersLeadTo =>
        Site is ProbeSite.UserEntry or ProbeSite.UserReturn or ProbeSite.UserInside or ProbeSite.Usdt
            ? MemorySpace.User
            : MemorySpace.Any;
}
