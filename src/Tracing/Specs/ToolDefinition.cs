namespace BpfDashboard.Tracing.Specs;

/// <summary>What an option means. The four tools give different letters to the same meaning.</summary>
public enum OptionId
{
    Help,
    Pid,
    Cpu,
    Interval,
    Duration,
    Timestamp,
    Regexp,
    ShowProgram,
    KernelStacksOnly,
    UserStacksOnly,
    PerProcess,
    Offsets,
    Addresses,
    Delimited,
    NoUnwind,
    Folded,
    By,
    Thread,
    User,
    Cgroup,
    ThreadName,
    Message,
    MaxEvents,
    Aggregate,
    KernelStack,
    UserStack,
    SymbolFiles,
    SinceStart,
    UnixTime,
    ShowCpu,
    StringSize,
    BinaryCompare,
    IncludeSelf,
    Include,
    BufferPages,
    Outputs,
    Cumulative,
    Top,
    Histogram,
    Count,
    Linear,
}

/// <summary>What follows an option.</summary>
public enum OptionArgument
{
    /// <summary>A flag.</summary>
    None,

    /// <summary>A whole number, zero or more.</summary>
    Number,

    /// <summary>Seconds; fractions are allowed.</summary>
    Seconds,

    /// <summary>Any text that is not empty.</summary>
    Text,

    /// <summary>What counts are split by: some of <see cref="OptionValues.Dimensions"/>, with commas.</summary>
    Dimensions,
}

/// <summary>
/// One option of one tool: <c>-i</c> (null if it has only a long name), <c>--interval</c>, what follows it, and the line
/// of help.
/// </summary>
public sealed record OptionDefinition(OptionId Id, char? Letter, string Name, OptionArgument Argument, string Help)
{
    /// <summary>The option as one types it: <c>-i</c>, or <c>--by</c>.</summary>
    public string Flag => Letter is { } letter ? $"-{letter}" : $"--{Name}";
}

/// <summary>What a tool's probes are made of.</summary>
public enum ProbeGrammar
{
    /// <summary>One pattern.</summary>
    Pattern,

    /// <summary>Several probes, each with a signature, a predicate, a format and values, as far as they are wanted.</summary>
    Action,

    /// <summary>None: what to collect stands behind options.</summary>
    Specifiers,
}

/// <summary>A command-line tool as a table; the parser is driven by it. One file per tool in <c>Specs/Tools</c>.</summary>
public sealed record ToolDefinition(
    string Name, string Summary, IReadOnlyList<OptionDefinition> Options, IReadOnlyList<string> Examples)
{
    /// <summary>What its probes are made of.</summary>
    public ProbeGrammar Grammar { get; init; }

    /// <summary>Whether its pattern may have a signature and a condition behind it.</summary>
    public bool TakesCondition { get; init; }

    /// <summary>What <c>-h</c> prints.</summary>
    public string Usage() => UsagePrinter.Print(this);
}
