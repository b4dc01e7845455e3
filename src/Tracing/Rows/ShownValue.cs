namespace BpfDashboard.Tracing.Rows;

/// <summary>A value of a row in words. Texts may hold anything a process can write, but are valid Unicode.</summary>
/// <param name="Text">As people read it.</param>
/// <param name="Raw">As the kernel has it, where that is something else; else null.</param>
/// <param name="IsFault">Whether it could not be read.</param>
public readonly record struct ShownValue(string Text, string? Raw = null, bool IsFault = false)
{
    /// <summary>What stands in place of a value that could not be read.</summary>
    public const string FaultText = "<fault>";

    /// <summary>A value that could not be read.</summary>
    public static readonly ShownValue Fault = new(FaultText, null, true);
}

/// <summary>A column of values: the values of all events that have the same name.</summary>
/// <param name="Name">Its name in filters; not that of a column that every row has.</param>
/// <param name="Label">The expression as it was typed.</param>
/// <param name="Type">The C type; several with a slash between where events differ.</param>
/// <param name="IsNumber">Whether its values are numbers.</param>
/// <param name="HasWords">Whether people read these numbers by names: flags, states.</param>
public sealed record ValueColumn(string Name, string Label, string Type, bool IsNumber, bool HasWords = false);
