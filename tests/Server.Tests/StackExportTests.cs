using System.Text;
using BpfDashboard.Server.Exports;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Server.Tests;

/// <summary>One session with stacks, exported with the options that BCC's stackcount has.</summary>
public sealed class StackExportTests
{
    private const int Timeout = 20_000;
    private const string SubmitBio = "[k]submit_bio{kernel}+0x0@0xffffffff81000000";
    private static readonly StackContext Sshd = new(15015, 0, -1, "sshd");
    private static readonly StackContext Nginx = new(101, 7, 2, "ngi;nx\x1b");
    private static readonly StackContext OtherNginx = new(102, 8, 3, "ngi;nx\x1b");

    [Theory(Timeout = Timeout)]
    [InlineData("stacks.txt", "")]
    [InlineData("stacks-P.txt", "P")]
    [InlineData("stacks-Pd.txt", "Pd")]
    [InlineData("stacks-PK.txt", "PKd")]
    [InlineData("stacks-PU.txt", "PUd")]
    [InlineData("stacks-Ps.txt", "Ps")]
    [InlineData("stacks-sv.txt", "sv")]
    [InlineData("stacks-Pf.txt", "Pf")]
    [InlineData("stacks-df.txt", "df")]
    [InlineData("stacks-p.txt", "P", "-p 101")]
    [InlineData("stacks-PTdi.txt", "Pd", "-T -i 0.2")]
    [InlineData("stacks-Tfi.txt", "f", "-T -i 0.2")]
    public async Task Bccs_text_is_as_bcc_prints_it(string golden, string flags, string options = "") => ExportTests.Matches(
        golden, await WriteAsync(flags, options, (slice, target) => BccExport.WriteAsync(slice, target, TimeZoneInfo.Utc)));

    [Fact(Timeout = Timeout)]
    public async Task Folded_stacks_are_as_flamegraph_pl_reads_them() =>
        ExportTests.Matches("stacks.folded", await WriteAsync("P", "", FoldedExport.WriteAsync));

    [Theory]
    [InlineData("java/lang/String;::hash", "java/lang/String:::hash")]
    [InlineData("two\nlines", "two\\u000alines")]
    [InlineData("operator new(unsigned long)", "operator new(unsigned long)")]
    public void A_name_is_one_frame_of_one_line(string name, string escaped) => Assert.Equal(escaped, FoldedText.Escape(name));

    [Fact(Timeout = Timeout)]
    public async Task Csv_has_a_line_per_stack_and_cause_of_loss() =>
        ExportTests.Matches("stacks.csv", await WriteAsync("P", "-i 0.2", CsvExport.WriteAsync));

    [Fact(Timeout = Timeout)]
    public async Task Json_has_each_frame_once() =>
        ExportTests.Matches("stacks.json", await WriteAsync("Psv", "-i 0.2", JsonExport.WriteAsync));

    /// <summary>The letters of BCC's options as the binder understands them.</summary>
    internal static StackOptions Options(string flags) => new()
    {
        Kernel = !flags.Contains('U', StringComparison.Ordinal),
        User = !flags.Contains('K', StringComparison.Ordinal),
        PerProcess = flags.Contains('P', StringComparison.Ordinal),
        Offsets = flags.Contains('s', StringComparison.Ordinal),
        Addresses = flags.Contains('v', StringComparison.Ordinal),
        Delimited = flags.Contains('d', StringComparison.Ordinal),
        Folded = flags.Contains('f', StringComparison.Ordinal),
    };

    /// <summary>Two ticks with stacks and losses, two without.</summary>
    internal static async Task<string> RecordAsync(TestManager test, string flags, string options = "")
    {
        test.Engine.Names = ["submit_bio"];
        var (id, tracing) = await test.RunAsync($"funccount {options} c:submit_bio", Options(flags));
        var full = Stack(
            flags,
            "_start{/usr/sbin/sshd}+0x2a@0x55d0c0de;std::vector<int>::write(int){/usr/sbin/sshd}+0x1f@0x55d0beef",
            $"[k]ext4_writepages{{ext4}}+0x7c@0xffffffffc0100000;{SubmitBio}");
        var unknown = Stack(flags, "[unknown]@0x7f01", SubmitBio);
        tracing.Hit(Sshd, full, 5);
        tracing.Hit(Nginx, unknown, 3, StackQuality.Unresolved | StackQuality.Broken);
        tracing.Hit(OtherNginx, unknown, 4, StackQuality.Unresolved);
        await test.TickAsync(id);
        tracing.Hit(Sshd, full, 1000);
        tracing.Hit(Sshd, "", 2, StackQuality.NoUserStack | StackQuality.NoKernelStack);
        tracing.Hit(Nginx, Stack(flags, "main{/usr/bin/node};[j]LazyCompile:~a\x1b[2J;[i]inl{/usr/bin/node}", ""), 1);
        tracing.Lose(LossCause.RingFull, 17);
        await test.TickAsync(id, 3);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        return id;
    }

    private static string Stack(string flags, string user, string kernel) => (Options(flags), flags) switch
    {
        ({ Kernel: false }, _) => Parts(flags, user),
        ({ User: false }, _) => Parts(flags, kernel),
        _ => Parts(flags, user + (kernel.Length > 0 ? ";" : "") + kernel),
    };

    /// <summary>Without offsets and addresses that were not asked for.</summary>
    private static string Parts(string flags, string stack) => string.Join(';', stack.Split(';').Select(frame =>
    {
        var name = frame.Split("@0x")[0];
        var address = frame[name.Length..];
        name = flags.Contains('s', StringComparison.Ordinal) ? name : name.Split("+0x")[0];
        return flags.Contains('v', StringComparison.Ordinal) ? name + address : name;
    }));

    private static async Task<string> WriteAsync(string flags, string options, Func<ExportedSlice, Stream, Task> write)
    {
        var test = new TestManager();
        var id = await RecordAsync(test, flags, options);
        using var target = new MemoryStream();
        await write(new ExportedSlice(test.Sessions.FindSession(id)!, null, null), target);
        return Encoding.UTF8.GetString(target.ToArray()).Replace(id, "ID", StringComparison.Ordinal);
    }
}
