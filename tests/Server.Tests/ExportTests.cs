using System.Runtime.CompilerServices;
using System.Text;
using BpfDashboard.Server.Exports;

namespace BpfDashboard.Server.Tests;

/// <summary>
/// One session, exported in each format and compared with a file in <c>Goldens</c>; <c>UPDATE_GOLDEN=1</c> rewrites
/// the files.
/// </summary>
public sealed class ExportTests
{
    private const int Timeout = 20_000;

    [Theory(Timeout = Timeout)]
    [InlineData("whole.txt", "funccount 'c:f*'", null, null)]
    [InlineData("intervals.txt", "funccount -T -i 0.2 -d 0.5 'c:f*'", null, null)]
    [InlineData("slice.txt", "funccount -i 0.2 'c:f*'", 1L, 3L)]
    public async Task Bccs_text_is_as_bcc_prints_it(string golden, string command, long? from, long? to) =>
        Matches(golden, await WriteAsync(command, from, to, (slice, target) => BccExport.WriteAsync(slice, target, TimeZoneInfo.Utc)));

    [Fact(Timeout = Timeout)]
    public async Task Csv_has_a_line_per_row_and_block() =>
        Matches("intervals.csv", await WriteAsync("funccount -i 0.2 'c:f*'", null, null, CsvExport.WriteAsync));

    [Fact(Timeout = Timeout)]
    public async Task Json_has_everything() => Matches(
        "intervals.json", await WriteAsync("funccount -i 0.2 'c:f*'", null, null, JsonExport.WriteAsync));

    [Fact(Timeout = Timeout)]
    public async Task A_running_session_does_not_say_that_it_detached()
    {
        var test = new TestManager();
        var (id, _) = await RecordAsync(test, "funccount 'c:f*'");
        Assert.DoesNotContain("Detaching", await BccAsync(test, id), StringComparison.Ordinal);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_could_not_be_attached_is_not_said_to_be_traced()
    {
        var test = new TestManager();
        test.Engine.Names = ["f", "fail_a", "g", "fail_b"];
        var (id, _) = await test.RunAsync("funccount 'c:*'");
        Assert.StartsWith("Tracing 2 functions for ", await BccAsync(test, id), StringComparison.Ordinal);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("funccount 'c:f*'", "c:f*")]
    [InlineData("funccount c:'f'\"*\"", "c:f*")]
    [InlineData(@"funccount c:f\*", "c:f*")]
    [InlineData("funccount -r 'c:^f.*$'", "c:^f.*$")]
    public async Task The_heading_has_the_probe_without_the_shells_quotes(string command, string pattern)
    {
        var test = new TestManager();
        var (id, _) = await test.RunAsync(command);
        Assert.Contains($" for \"{pattern}\"...", await BccAsync(test, id), StringComparison.Ordinal);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task Bccs_text_does_nothing_to_a_terminal()
    {
        var test = new TestManager();
        test.Engine.Names = ["\x1b[2J"];
        var (id, tracing) = await test.RunAsync("funccount 'c:*'");
        tracing.Hit(0, 1);
        await test.TickAsync(id);
        var text = await BccAsync(test, id);
        Assert.Contains(@"\u001b[2J", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', text);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@cmd", "'@cmd")]
    [InlineData("-x", "'-x")]
    [InlineData("+x,y", "\"'+x,y\"")]
    [InlineData("\tx", "\\u0009x")]
    [InlineData("a\nb", "a\\u000ab")]
    [InlineData("\x1b]0;owned\a", "\\u001b]0;owned\\u0007")]
    [InlineData("a\u202eb\u2066c", "a\\u202eb\\u2066c")]
    [InlineData("naïve→λ", "naïve→λ")]
    public void A_name_is_no_formula_and_no_second_field(string name, string field) => Assert.Equal(field, CsvExport.Field(name));

    private static async Task<string> BccAsync(TestManager test, string id)
    {
        using var target = new MemoryStream();
        await BccExport.WriteAsync(new ExportedSlice(test.Sessions.FindSession(id)!, null, null), target);
        return Encoding.UTF8.GetString(target.ToArray());
    }

    private static async Task<string> WriteAsync(
        string command, long? from, long? to, Func<ExportedSlice, Stream, Task> write)
    {
        var test = new TestManager();
        var (id, tracing) = await RecordAsync(test, command);
        tracing.Hit(0, 1);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        using var target = new MemoryStream();
        await write(new ExportedSlice(test.Sessions.FindSession(id)!, from, to), target);
        return Encoding.UTF8.GetString(target.ToArray()).Replace(id, "ID", StringComparison.Ordinal);
    }

    /// <summary>Four ticks of a tenth of a second; nothing moves in the third and fourth.</summary>
    private static async Task<(string Id, ScriptedTracing Tracing)> RecordAsync(TestManager test, string command)
    {
        test.Engine.Names = ["f_often", "=f_seldom", "f_never", "f_with_a_name_longer_than_the_column_is_wide"];
        var (id, tracing) = await test.RunAsync(command);
        tracing.Hit(0, 900);
        tracing.Hit(1, 20);
        await test.TickAsync(id);
        tracing.Hit(0, 100);
        tracing.Hit(3, 123_456_789_012);
        await test.TickAsync(id, 3);
        return (id, tracing);
    }

    internal static void Matches(string name, string actual, [CallerFilePath] string source = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(source)!, "Goldens", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }
}
