namespace BpfDashboard.Client.Contracts;

/// <summary>How a session's events are to be shown one by one.</summary>
/// <param name="Columns">The columns of values, in the order of the command; those of all probes together.</param>
/// <param name="HasMessage">Whether a format puts events into words, which are a column then.</param>
/// <param name="HasStacks">Whether events have stacks, to be seen in their details.</param>
/// <param name="ShowTime">Whether the command asked for times (<c>-t</c>, <c>-T</c>), and how BCC's text shows them.</param>
/// <param name="ShowCpu">Whether the command asked for CPUs (<c>-C</c>).</param>
/// <param name="CountEqual">Whether the command asked for equal events to be counted (<c>-A</c>).</param>
public sealed record RowInfo(
    IReadOnlyList<RowColumn> Columns, bool HasMessage, bool HasStacks, string ShowTime, bool ShowCpu, bool CountEqual);

/// <summary>A column of values.</summary>
/// <param name="Name">Its name in filters: letters, digits and underscores.</param>
/// <param name="Label">The expression as it was typed, for the column's head and its title.</param>
/// <param name="Type">The C type of the values.</param>
/// <param name="IsNumber">Whether cells stand to the right.</param>
public sealed record RowColumn(string Name, string Label, string Type, bool IsNumber);

/// <summary>What a viewer wants to see of the events: a window of those that match, in some order.</summary>
/// <param name="Filter">A condition over columns, as <c>comm == "curl" &amp;&amp; sk_dport == 443</c>; null for none.</param>
/// <param name="Text">What must be in the text of the event, small letters or capital; null for anything.</param>
/// <param name="SortBy">A column's name; null for the order in which events came.</param>
/// <param name="Descending">Whether the order is turned around.</param>
/// <param name="Until">Only events with smaller numbers: what a paused viewer has; null for all.</param>
/// <param name="From">How many of the matching events to pass over; negative to count from the end.</param>
/// <param name="Count">How many to answer with, at most <see cref="MaxCount"/>.</param>
public sealed record RowQuery(
    string? Filter, string? Text, string? SortBy, bool Descending, long? Until, long From, int Count)
{
    /// <summary>Most events of one answer.</summary>
    public const int MaxCount = 500;
}

/// <summary>A window of the events that match.</summary>
/// <param name="First">Number of the oldest event that is kept: so many were let go of.</param>
/// <param name="End">The number behind the newest event: so many came.</param>
/// <param name="Matches">How many of those looked at match.</param>
/// <param name="Looked">
/// The number behind the newest event that was looked at; while it is smaller than <paramref name="End"/>, searching goes
/// on, and asking again gets further.
/// </param>
/// <param name="From">The place of the first of <paramref name="Rows"/> among the matching events.</param>
/// <param name="Problem">What is wrong with the filter; then there are no rows.</param>
public sealed record RowPage(
    long First, long End, long Matches, long Looked, long From, IReadOnlyList<RowView> Rows, SpecProblem? Problem = null)
{
    /// <summary>
    /// Which places of the window are not in <see cref="Rows"/>, since their events were let go of, counted from
    /// <see cref="From"/>; null for none. Only for who sorts with <see cref="RowQuery.Until"/>: then no place changes.
    /// </summary>
    public IReadOnlyList<int>? Gone { get; init; }
}

/// <summary>Equal events that a viewer wants to see counted: a window of the groups, the largest first.</summary>
/// <param name="By">The columns in which events of a group are the same; <c>stack</c> stands for both stacks.</param>
/// <param name="Filter">As in <see cref="RowQuery"/>, and what follows too.</param>
/// <param name="From">How many groups to pass over.</param>
public sealed record GroupQuery(
    IReadOnlyList<string> By, string? Filter, string? Text, long? Until, long From, int Count)
{
    /// <summary>Most columns to count by.</summary>
    public const int MaxColumns = 64;
}

/// <summary>A window of the groups of equal events.</summary>
/// <param name="First">Number of the oldest event that is kept.</param>
/// <param name="End">The number behind the newest event.</param>
/// <param name="Groups">How many groups there are among the events looked at.</param>
/// <param name="Counted">How many events are in groups; some of them may not be kept any more.</param>
/// <param name="Beyond">How many events are in none, since there are more groups than are counted.</param>
/// <param name="Looked">As in <see cref="RowPage"/>.</param>
/// <param name="From">The place of the first of <paramref name="Rows"/> among the groups.</param>
public sealed record GroupPage(
    long First, long End, long Groups, long Counted, long Beyond, long Looked, long From, IReadOnlyList<RowGroup> Rows,
    SpecProblem? Problem = null);

/// <summary>Equal events.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Example">The newest that is kept; where none is, the first.</param>
public sealed record RowGroup(long Count, RowView Example);

/// <summary>An event as it is shown. Texts may hold anything a process can write, but are valid Unicode.</summary>
/// <param name="Number">Its number, from 0 on.</param>
/// <param name="Ms">Session time, in milliseconds.</param>
/// <param name="Slot">What was hit: an index in the session's targets, whose name is the column FUNC.</param>
/// <param name="Message">
/// The event in words: by its format, or by the names of its values if only other probes have one; null if none has.
/// </param>
/// <param name="Cells">The values, by the index of their column; null where this probe has no such value.</param>
public sealed record RowView(
    long Number, double Ms, int Cpu, int Pid, int Tid, string Comm, int Slot, string? Message,
    IReadOnlyList<RowCell?> Cells);

/// <summary>A value.</summary>
/// <param name="Text">As people read it; for one that could not be read, why.</param>
/// <param name="Raw">As the kernel has it, where that is something else; else null.</param>
/// <param name="IsFault">Whether it could not be read.</param>
public sealed record RowCell(string Text, string? Raw = null, bool IsFault = false);

/// <summary>All that is known of one event.</summary>
/// <param name="Fields">The fields of structs and arrays, as <c>name = value</c>, by the name of their column.</param>
/// <param name="KernelStack">Frames, innermost first; null where none were asked for.</param>
/// <param name="UserStack">The same of the process.</param>
/// <param name="Line">The event as a line of BCC's text.</param>
public sealed record RowDetails(
    RowView Row,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Fields,
    IReadOnlyList<FrameInfo>? KernelStack,
    IReadOnlyList<FrameInfo>? UserStack,
    string Line);

/// <summary>The events of a range of ticks, in a fold.</summary>
/// <param name="First">Number of the oldest event that is kept.</param>
/// <param name="End">The number behind the newest.</param>
public sealed record RowFold(long First, long End);
