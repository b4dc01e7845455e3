using System.Text;

namespace BpfDashboard.Tracing.Sessions.Host;

/// <summary>A report as text, for a terminal and for a bug report.</summary>
internal static class HostReportPrinter
{
    internal static string Print(HostReport report)
    {
        var text = new StringBuilder();
        text.Append(Line($"{report.Name}: Linux {report.Kernel}, {report.Architecture}"));
        Section(text, "What can be probed", [.. report.Kinds.Select(kind =>
            Row(kind.Problem is null, kind.Name, kind.Problem ?? $"by {kind.Uses}"))]);
        foreach (var targets in report.Mechanisms.GroupBy(way => way.Targets))
        {
            Section(text, $"Ways to attach to {targets.Key}, best first", [.. targets.Select(way =>
                Row(way.Problem is null, way.Name, way.Problem is null ? "" : Reason(way)))]);
        }

        Section(text, "What else helps", [.. report.Extras.Select(extra =>
            Row(extra.Problem is null, extra.Name, extra.Problem ?? ""))]);
        Section(text, "Settings of the kernel", [.. report.Settings.Select(setting =>
            new[] { setting.Name, setting.Value, setting.Meaning })]);
        Section(text, "Missing privileges", [.. report.MissingPrivileges.Select(privilege =>
            new[] { privilege.Name, $"for {privilege.For}" })]);
        Section(text, "How to get what is missing", [.. report.Remedies.GroupBy(remedy => remedy.Missing).SelectMany(Rows)]);
        return text.ToString();
    }

    private static IEnumerable<string[]> Rows(IGrouping<string, Remedy> remedies) => remedies.Select((remedy, index) =>
        new[] { index == 0 ? remedies.Key : "", remedy.Command is null ? remedy.How : $"{remedy.How}: {remedy.Command}" });

    private static string[] Row(bool works, string name, string detail) => [works ? "yes" : "no", name, detail];

    private static string Reason(MechanismReport way) => way.KernelSays is { } words && words != way.Problem
        ? $"{way.Problem} [{words}]"
        : way.Problem ?? "";

    /// <summary>A title and columns below it, all but the last as wide as their widest cell; nothing for no rows.</summary>
    private static void Section(StringBuilder text, string title, IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        text.Append('\n').Append(Line(title));
        var widths = Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column < widths.Count ? cell.PadRight(widths[column]) : cell);
            text.Append(Line($"  {string.Join("  ", cells)}"));
        }
    }

    // Always the same line end: the text is compared, mailed and served.
    private static string Line(string line) => $"{line.TrimEnd()}\n";
}
