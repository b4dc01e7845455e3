using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Rows;

public sealed class RowFilterTests
{
    private static readonly BoundSpec Session = TestRows.Session(
        TestRows.Event("entry", "sk->sk_daddr", "sk->sk_dport", "sk->sk_state", "level", "name", "size"),
        TestRows.Event("return", "retval"));

    private static readonly RowRenderer Renderer = new(Session, new PlainNames());
    private static readonly RowClock Clock = new(1_000_000, DateTimeOffset.UnixEpoch);
    private static readonly Row Connect = TestRows.Row(
        Session, 0, [0x0100007f, 0xbb01, 2, -5, "/etc/passwd", ulong.MaxValue], comm: "curl", time: 2_500_000);

    private static readonly Row Returned = TestRows.Row(Session, 1, [-111]);
    private static readonly Row Faulty = TestRows.Row(Session, 0, [null, null, null, null, null, null]);

    [Theory]
    [InlineData("gfp contains \"GFP_KERNEL\"")]
    [InlineData("gfp == 0xdc0 && gfp & ZERO && gfp != \"GFP_KERNEL\"")]
    [InlineData("gfp == \"GFP_KERNEL|ZERO\" && gfp == \"3520\"")]
    [InlineData("(gfp & GFP_KERNEL) == GFP_KERNEL")]
    public void Numbers_with_names_are_found_by_either(string filter)
    {
        var words = new NumberWords(new WordGroup(ulong.MaxValue, true, [new(0xcc0, "GFP_KERNEL"), new(0x100, "ZERO")]));
        var sent = TestRows.Event("entry", "level");
        var session = TestRows.Session(sent with { Values = [sent.Values[0] with { Name = "gfp", Words = words }] });
        var renderer = new RowRenderer(session, new PlainNames());
        Assert.Equal((true, true), (renderer.Columns[0].IsNumber, renderer.Columns[0].HasWords));
        Assert.True(RowFilter.Parse(filter, renderer, Clock, [])?.Matches(TestRows.Row(session, 0, [0xdc0])));
    }

    [Theory]
    [InlineData("comm == \"curl\" && sk_dport == 443")]
    [InlineData("sk->sk_dport == 443")]
    [InlineData("sk_daddr == \"127.0.0.1\" && sk_daddr == 0x7f000001")]
    [InlineData("sk_state == TCP_SYN_SENT && sk_state == \"TCP_SYN_SENT\" && sk_state == 2")]
    [InlineData("time > 1 && time < 2 && time * 2 == 3 && time != 1 && 1 < time")]
    [InlineData("level < 0 && -level == 5 && level + 10 == 5 && ~level == 4")]
    [InlineData("size == 18446744073709551615u && size > 0 && size / 2 == 0x7fffffffffffffff")]
    [InlineData("name startswith \"/etc\" && name contains \"pass\" && name != \"x\"")]
    [InlineData("pid == 7 && tid == 8 && cpu == 3 && func == \"tcp_connect\"")]
    [InlineData("pid == \"7\" && tid > pid && message contains \"sk_dport = 443\"")]
    [InlineData("!(comm == \"wget\") && (level ? pid == 7 : 0)")]
    [InlineData("name && level && pid % 2 == 1 && (pid & 3) == 3 && pid << 1 == 14")]
    [InlineData("comm < \"d\" && \"curl\" == comm")]
    public void A_row_matches(string filter) => Assert.True(Parse(filter).Matches(Connect));

    [Theory]
    [InlineData("comm == \"Curl\"")]
    [InlineData("retval == 0 || retval != 0")]
    [InlineData("level / 0 == 0 || level % 0 == 0")]
    [InlineData("0")]
    [InlineData("comm == \"curl\" && sk_dport == 48129")]
    public void A_row_does_not_match(string filter) => Assert.False(Parse(filter).Matches(Connect));

    [Fact]
    public void What_a_function_returns_is_compared_with_errors_by_name()
    {
        Assert.True(Parse("retval == -ECONNREFUSED && retval < 0").Matches(Returned));
        Assert.True(Parse("retval contains \"ECONNREFUSED\"").Matches(Returned));
        Assert.False(Parse("retval == -ENOENT").Matches(Returned));
    }

    [Theory]
    [InlineData("sk_dport == 0")]
    [InlineData("sk_dport != 0")]
    [InlineData("level < 5 || level >= 5")]
    [InlineData("name == \"\" || name != \"\" || name contains \"\" || name")]
    [InlineData("sk_daddr == \"<fault>\"")]
    public void What_could_not_be_read_is_not_equal_to_anything(string filter) => Assert.False(Parse(filter).Matches(Faulty));

    [Theory]
    [InlineData("com == \"x\"", 0, 3, "there is no column 'com'", "did you mean 'comm'?")]
    [InlineData("name == 3", 8, 1, "a text is compared with a text", "write it in quotes")]
    [InlineData("pid == 1 && name + 1", 12, 4, "this is a text, nothing to compute with", "compare it with a text in quotes")]
    [InlineData("level contains 3", 15, 1, "this is not a text", "write it in quotes")]
    [InlineData("pid = 3", 4, 1, "'=' is not expected here", "= is not ==: write == to compare")]
    [InlineData("*sk", 0, 3, "a filter compares columns, numbers and texts", "columns are time, cpu, pid, tid, comm, func, message, sk_daddr, sk_dport, sk_state, level, name, size, retval")]
    public void A_mistake_is_a_value_with_its_place(string filter, int start, int length, string message, string hint)
    {
        var diagnostics = new List<Diagnostic>();
        Assert.Null(RowFilter.Parse(filter, Renderer, Clock, diagnostics));
        Assert.Equal([new Diagnostic(new TextSpan(start, length), message, hint)], diagnostics);
    }

    [Fact]
    public void A_filter_that_is_too_long_is_a_mistake()
    {
        var diagnostics = new List<Diagnostic>();
        Assert.Null(RowFilter.Parse(new string(' ', RowFilter.MaxLength) + "1", Renderer, Clock, diagnostics));
        Assert.Single(diagnostics);
    }

    [Fact]
    public void Whatever_is_typed_is_a_filter_or_a_mistake_and_never_breaks()
    {
        string[] words =
        [
            "comm", "pid", "time", "sk_dport", "name", "level", "size", "\"x\"", "1", "0x7fffffffffffffff", "-", "!", "~", "(", ")",
            "==", "<", "&&", "||", "+", "*", "/", "%", "<<", ">>", "?", ":", "contains", "startswith", "retval", "&", "'a'", "->",
        ];
        var (random, filters) = (new Random(3), 0);
        for (var run = 0; run < 20_000; run++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[random.Next(words.Length)]));
            var diagnostics = new List<Diagnostic>();
            var filter = RowFilter.Parse(text, Renderer, Clock, diagnostics);
            Assert.Equal(filter is null, diagnostics.Count > 0);
            filters += filter is null ? 0 : 1;
            _ = filter?.Matches(Connect) is true | filter?.Matches(Returned) is true | filter?.Matches(Faulty) is true;
        }

        Assert.InRange(filters, 500, 20_000);
    }

    private static RowFilter Parse(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var filter = RowFilter.Parse(text, Renderer, Clock, diagnostics);
        Assert.True(filter is not null, string.Join('\n', diagnostics.Select(problem => problem.Render(text))));
        return filter;
    }
}
