using System.Buffers.Binary;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Tracing.Tests.Rows;

public sealed class RowRendererTests
{
    [Theory]
    [InlineData("entry", "sk->sk_daddr", 0x0100007fL, "127.0.0.1", "0x100007f")]
    [InlineData("entry", "sk->sk_dport", 0xbb01L, "443", "0xbb01")]
    [InlineData("entry", "sk->sk_state", 1L, "TCP_ESTABLISHED", "1")]
    [InlineData("entry", "sk->sk_state", 99L, "99", null)]
    [InlineData("entry", "sk->sk_state", 3L, "TCP_ESTABLISHED|TCP_SYN_SENT", "3")]
    [InlineData("entry", "ntop(sk->sk_daddr)", 0x08080808L, "8.8.8.8", "0x8080808")]
    [InlineData("entry", "strerror(level)", -2L, "ENOENT (No such file or directory)", "-2")]
    [InlineData("entry", "strerror(level)", 111L, "ECONNREFUSED (Connection refused)", "111")]
    [InlineData("entry", "strerror(level)", 0L, "Success", "0")]
    [InlineData("entry", "strerror(level)", -512L, "ERESTARTSYS", "-512")]
    [InlineData("entry", "strerror(level)", 4000L, "error 4000", "4000")]
    [InlineData("entry", "syscall_name(level)", 257L, "openat", "257")]
    [InlineData("entry", "syscall_name(level)", 9999L, "system call 9999", "9999")]
    [InlineData("entry", "ksym(size)", 0x1fL, "k1f+0x1 [kernel]", "0x1f")]
    [InlineData("entry", "usym(size)", 0x1fL, "u1f+0x1 [bin7]", "0x1f")]
    [InlineData("entry", "level", -5L, "-5", null)]
    [InlineData("entry", "size", -1L, "18446744073709551615", null)]
    [InlineData("entry", "data", -1L, "0xffffffffffffffff", null)]
    [InlineData("entry", "(bool)level", 1L, "true", "1")]
    [InlineData("entry", "(char)level", 97L, "'a'", "97")]
    [InlineData("entry", "(char)level", 10L, @"'\n'", "10")]
    [InlineData("entry", "(u8)level", 97L, "97", null)]
    [InlineData("return", "retval", -111L, "-111 (ECONNREFUSED)", "-111")]
    [InlineData("return", "retval", -4L, "-4 (EINTR)", "-4")]
    [InlineData("return", "retval", 12L, "12", null)]
    [InlineData("untyped-return", "(int)retval", -1L, "-1", null)]
    public void A_number_is_shown_by_its_type(string scope, string expression, long number, string text, string? raw) =>
        Assert.Equal(new ShownValue(text, raw), Show(TestRows.Event(scope, expression), number));

    [Theory]
    [InlineData("$latency", 999L, "999 ns", "999")]
    [InlineData("$latency", 38_678L, "38.7 µs", "38678")]
    [InlineData("$latency", 2_500_000_000L, "2.50 s", "2500000000")]
    public void A_number_is_shown_by_its_name_where_that_tells_more(string label, long number, string text, string raw) =>
        Assert.Equal(new ShownValue(text, raw), KnownNumbers.For(label)?.Invoke(number));

    [Fact]
    public void A_latency_is_a_time_to_people_and_a_number_to_filters()
    {
        var session = TestRows.Session(TestRows.Event("return", "$latency"));
        var (renderer, row) = (new RowRenderer(session, new PlainNames()), TestRows.Row(session, 38_678L));
        Assert.Equal(new ShownValue("38.7 µs", "38678"), renderer.Show(row, 0));
        var filter = RowFilter.Parse("latency > 38000 && latency < 39000", renderer, new RowClock(0, DateTimeOffset.UnixEpoch), []);
        Assert.True(filter?.Matches(row));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("caf\xc3\xa9", "café")]
    [InlineData("bad\xff\xfe", "bad\ufffd\ufffd")]
    [InlineData("\x1b[2J<b>\n", "\x1b[2J<b>\n")]
    [InlineData("", "")]
    public void A_text_is_valid_unicode_and_keeps_its_control_characters(string bytes, string text) =>
        Assert.Equal(new ShownValue(text), Show(TestRows.Event("entry", "name"), bytes));

    [Theory]
    [InlineData("$comm", "curl")]
    [InlineData("$func", "tcp_connect")]
    [InlineData("\"const\"", "const")]
    public void What_is_known_beforehand_needs_no_bytes(string expression, string text) =>
        Assert.Equal(text, Show(TestRows.Event("entry", expression), [Array.Empty<string>()]).Text);

    [Fact]
    public void Bytes_and_long_addresses_are_shown_whole()
    {
        Assert.Equal("de ad be ef", Show(TestRows.Event("entry", "hex(data, 4)"), [new byte[] { 0xde, 0xad, 0xbe, 0xef }]).Text);
        var loopback = new byte[16];
        loopback[15] = 1;
        Assert.Equal("::1", Show(TestRows.Event("entry", "ntop(&sk->__sk_common.skc_v6_daddr)"), [loopback]).Text);
    }

    [Fact]
    public void A_fault_is_a_fault_and_not_an_empty_text()
    {
        Assert.Equal(new ShownValue("<fault>", null, true), Show(TestRows.Event("entry", "name"), [null]));
        Assert.Equal(new ShownValue("<fault>", null, true), Show(TestRows.Event("entry", "level"), [null]));
    }

    [Fact]
    public void A_struct_is_shown_by_its_members()
    {
        var session = TestRows.Session(TestRows.Event("entry", "*sk"));
        var (renderer, row) = (new RowRenderer(session, new PlainNames()), TestRows.Row(session, [Sock()]));
        var text = renderer.Show(row, 0)!.Value.Text;
        Assert.StartsWith("{__sk_common = {skc_daddr = 127.0.0.1, skc_rcv_saddr = 0.0.0.0, skc_dport = 443, skc_num = 0, skc_v6_daddr = ::1}, sk_state = TCP_SYN_SENT, sk_name = \"eth0\", ", text);
        Assert.Contains(", a = 5, b = -3, across = 4611686018427387903, late = 200, sk_list = {1, 2, 3, 4}, ", text);
        Assert.Contains(", sk_real = 1.5, sk_huge = 0x00000000000000010000000000000002, ", text);

        var fields = renderer.Fields(row)["sk"];
        Assert.Contains("__sk_common.skc_dport = 443", fields);
        Assert.Contains("sk_state = TCP_SYN_SENT", fields);
        Assert.Contains("b = -3", fields);
        Assert.Contains("sk_list = {1, 2, 3, 4}", fields);
    }

    [Theory]
    [InlineData("%d|%5d|%-5d|", "-5|   -5|-5   |", -5)]
    [InlineData("%x %#x %o", "1f 0x1f 37", 31)]
    [InlineData("%c%c%c", "AAA", 65)]
    [InlineData("100%% %d %d %u\\n", "100% 7 7 7", 7)]
    public void A_message_is_what_printf_prints(string format, string message, int number) => Assert.Equal(
        message, Message(TestRows.Formatted("entry", format, "level", "level", "level"), number, number, number));

    [Fact]
    public void A_message_has_texts_symbols_and_whole_values()
    {
        Assert.Equal("GET /ca", Message(TestRows.Formatted("entry", "%s %.3s", "name", "name"), "GET", "/cafe"));
        Assert.Equal(
            "k10+0x1 [kernel] u20+0x1 [bin7]", Message(TestRows.Formatted("entry", "%K %U", "size", "size"), 0x10, 0x20));
        Assert.Equal(
            "ENOENT (No such file or directory)=-2", Message(TestRows.Formatted("entry", "%s=%d", "strerror(level)", "level"), -2, -2));
        Assert.Equal("[TCP_SYN_SENT]", Message(TestRows.Formatted("entry", "[%v]", "sk->sk_state"), 2));
        Assert.Equal("{1, 2, 3, 4}", Message(TestRows.Formatted("entry", "%v", "sk->sk_list"), [List(1, 2, 3, 4)]));
        Assert.Equal("[ <fault>] [<fault>]", Message(TestRows.Formatted("entry", "[%8s] [%d]", "name", "level"), null, null));
    }

    [Fact]
    public void Without_a_format_the_values_are_in_words_by_name()
    {
        var session = TestRows.Session(TestRows.Event("entry", "level", "name"));
        var renderer = new RowRenderer(session, new PlainNames());
        var row = TestRows.Row(session, 4, "x");
        Assert.Null(renderer.Message(row));
        Assert.Equal("level = 4, name = x", renderer.Words(row));
        Assert.Equal((false, true), (renderer.HasMessage, renderer.HasWords));
    }

    [Fact]
    public void Columns_are_those_of_all_events_by_name()
    {
        var session = TestRows.Session(TestRows.Event("entry", "level", "sk->sk_state"), TestRows.Event("entry", "name", "level"));
        var renderer = new RowRenderer(session, new PlainNames());
        Assert.Equal(
            [new ValueColumn("level", "level", "int", true), new("sk_state", "sk->sk_state", "enum state", false), new("name", "name", "char *", false)],
            renderer.Columns);
        var second = TestRows.Row(session, 1, ["x", 9]);
        Assert.Equal(["9", null, "x"], Enumerable.Range(0, 3).Select(column => renderer.Show(second, column)?.Text));
    }

    [Fact]
    public void A_value_does_not_take_the_name_of_a_common_column()
    {
        var session = TestRows.Session(new BoundEvent(
            new() { Site = Tracing.Expressions.Checking.ProbeSite.UserEntry, Name = "kill" }, null, null,
            [TestRows.Event("entry", "level").Values[0] with { Name = "pid" }]));
        Assert.Equal("pid_", new RowRenderer(session, new PlainNames()).Columns[0].Name);
    }

    [Fact]
    public void Only_rows_with_symbols_of_processes_make_processes_known()
    {
        var names = new PlainNames();
        var session = TestRows.Session(TestRows.Event("entry", "level"), TestRows.Event("entry", "usym(size)"));
        var renderer = new RowRenderer(session, names);
        renderer.Meet(TestRows.Row(session, 0, [1], pid: 5));
        renderer.Meet(TestRows.Row(session, 1, [1], pid: 6, comm: "bash"));
        Assert.Equal([(6, "bash")], names.Met);
    }

    [Fact]
    public void A_row_of_another_session_does_not_fit()
    {
        var (small, large) = (TestRows.Session(TestRows.Event("entry", "level")), TestRows.Session(TestRows.Event("entry", "level"), TestRows.Event("entry", "name")));
        var renderer = new RowRenderer(small, new PlainNames());
        Assert.True(renderer.Fits(TestRows.Row(small, 1)));
        Assert.False(renderer.Fits(TestRows.Row(large, 1, ["x"])));
        Assert.False(renderer.Fits(TestRows.Row(small, 1) with { Slot = 2 }));
        Assert.False(renderer.Fits(TestRows.Row(small, 1) with { Values = default }));
    }

    private static ShownValue Show(BoundEvent one, params object?[] values)
    {
        var session = TestRows.Session(one);
        return new RowRenderer(session, new PlainNames()).Show(TestRows.Row(session, values), 0)!.Value;
    }

    private static string? Message(BoundEvent one, params object?[] values)
    {
        var session = TestRows.Session(one);
        return new RowRenderer(session, new PlainNames()).Message(TestRows.Row(session, values));
    }

    private static byte[] List(params int[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    /// <summary>The sock of SmallKernel, by the offsets it has there.</summary>
    private static byte[] Sock()
    {
        var bytes = new byte[184];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, 0x0100007f);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12), 0xbb01);
        bytes[31] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(32), 2);
        "eth0"u8.CopyTo(bytes.AsSpan(36));

        // a has bits 0 to 2, b 3 to 7, across 5 to 66 (into a ninth byte), late 67 to 74.
        var flags = (UInt128)5 | ((UInt128)0b11101 << 3) | ((UInt128)0x3fffffffffffffff << 5) | ((UInt128)200 << 67);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(88), flags);
        List(1, 2, 3, 4).CopyTo(bytes, 104);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(128), 1.5);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(136), new UInt128(1, 2));
        return bytes;
    }
}
