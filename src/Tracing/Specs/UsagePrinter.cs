using System.Globalization;
using System.Text;

namespace BpfDashboard.Tracing.Specs;

/// <summary>Lays out a tool's table of options the way the tool's own <c>-h</c> does.</summary>
internal static class UsagePrinter
{
    private const int HelpColumn = 26;

    public static string Print(ToolDefinition tool)
    {
        var options = string.Join(' ', tool.Options.Select(option => $"[{WithValue(option.Flag, option)}]"));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"usage: {tool.Name} {options} {Operands(tool)}\n\n{tool.Summary}\n\n");
        text.Append("options:\n");
        foreach (var option in tool.Options)
        {
            text.Append(Line(option)).Append('\n');
        }

        text.Append("\nexamples:\n");
        foreach (var example in tool.Examples)
        {
            text.Append("  ").Append(example).Append('\n');
        }

        return text.ToString();
    }

    private static string Operands(ToolDefinition tool) =>
        tool.Grammar == ProbeGrammar.Action ? "probe [probe ...]" : tool.TakesCondition ? "'pattern[(signature)] [(condition)]'" : "pattern";

    private static string Line(OptionDefinition option) =>
        $"  {(option.Letter is null ? "" : $"{option.Flag}, ")}--{WithValue(option.Name, option)} ".PadRight(HelpColumn) + option.Help;

    private static string WithValue(string flag, OptionDefinition option) =>
        option.Argument == OptionArgument.None ? flag : $"{flag} {option.Name.ToUpperInvariant()}";
}
