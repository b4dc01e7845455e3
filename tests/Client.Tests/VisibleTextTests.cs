using System.Text.Json;
using BpfDashboard.Client.Components;

namespace BpfDashboard.Client.Tests;

public sealed class VisibleTextTests
{
    /// <summary>The table that visible-text.ts is tested with too: both must show the same.</summary>
    [Fact]
    public void What_is_not_seen_is_shown_escaped_and_all_else_as_it_is()
    {
        using var table = typeof(VisibleTextTests).Assembly.GetManifestResourceStream("visible-text.json")
            ?? throw new InvalidOperationException("the table is missing");
        using var cases = JsonDocument.Parse(table);
        Assert.NotEqual(0, cases.RootElement.GetArrayLength());
        foreach (var each in cases.RootElement.EnumerateArray())
        {
            Assert.Equal(Unescape(each.GetProperty("shown")), VisibleText.Of(Unescape(each.GetProperty("text"))));
        }
    }

    /// <summary>GetString refuses halves of characters, which the table has; in it only \u escapes occur, and \n, \t, \\.</summary>
    private static string Unescape(JsonElement text) => System.Text.RegularExpressions.Regex.Replace(
        text.GetRawText()[1..^1], @"\\(?:u(?<code>[0-9a-f]{4})|(?<other>.))", match => match.Groups["code"] is { Success: true, Value: var code }
            ? ((char)Convert.ToInt32(code, 16)).ToString()
            : match.Groups["other"].Value switch { "n" => "\n", "t" => "\t", var other => other });
}
