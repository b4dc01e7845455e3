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
}

/// <summary>One option of one tool: <c>-i</c>, <c>--interval</c>, what follows it, and the line of help.</summary>
public sealed record OptionDefinition(OptionId Id, char Letter, string Name, OptionArgument Argument, string Help);

/// <summary>A command-line tool as a table; the parser is driven by it. One file per tool in <c>Specs/Tools</c>.</summary>
public sealed record ToolDefinition(
    string Name, string Summary, IReadOnlyList<OptionDefinition> Options, IReadOnlyList<string> Examples)
{
    /// <summary>What <c>-h</c> prints.</summary>
    public string Usage() => UsagePrinter.Print(this);
}
