using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Binding.Print;

/// <summary>What a tracepoint's format says of its fields: files of Linux 6.18, without what all events have.</summary>
public sealed class PrintFormatTests
{
    private const string Flags = """print fmt: "%s", __print_flags(REC->f, "|", { 6, "BOTH" }, { 2, "TWO" }, { 0x4, "FOUR" })""";

    public static TheoryData<string> Formats() => Golden.Cases();

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_format_names_what_its_numbers_mean(string name) => Golden.Check(name, text => string.Concat(
        TracepointFormat.Read(text, CoreTypes.Instance).Select(field => $"{field.Declaration}\n{field.Words}")));

    [Theory]
    [InlineData(Flags, 6L, "BOTH")]
    [InlineData(Flags, 4L, "FOUR")]
    [InlineData(Flags, 0x106L, "BOTH|0x100")]
    [InlineData(Flags, -1L, "BOTH|0xfffffff9")]
    [InlineData(Flags, 0L, null)]
    [InlineData(Flags, 0x100L, null)]
    [InlineData("""print fmt: "%s", __print_symbolic(REC->f, { 0, "ZERO" }, { -1, "MINUS" }, { (1 << 4), "HIGH" })""", 0L, "ZERO")]
    [InlineData("""print fmt: "%s", __print_symbolic(REC->f, { 0, "ZERO" }, { -1, "MINUS" }, { (1 << 4), "HIGH" })""", -1L, "MINUS")]
    [InlineData("""print fmt: "%s", __print_symbolic(REC->f, { 0, "ZERO" }, { -1, "MINUS" }, { (1 << 4), "HIGH" })""", 16L, "HIGH")]
    [InlineData("""print fmt: "%s", __print_symbolic(REC->f, { 0, "ZERO" }, { -1, "MINUS" }, { (1 << 4), "HIGH" })""", 17L, null)]
    [InlineData("""print fmt: "%s", __print_symbolic((((REC->f) >> 13) & (8 - 1)), { 2, "be" })""", 0x4007L, "be|0x7")]
    [InlineData("""print fmt: "%s", (REC->f & 3) ? __print_flags(REC->f & 3, "|", {1, "S"}, {2, "D"}) : "R", REC->f & 0x100 ? "+" : "" """, 0x100L, "R+")]
    [InlineData("""print fmt: "%s", (REC->f & 3) ? __print_flags(REC->f & 3, "|", {1, "S"}, {2, "D"}) : "R", REC->f & 0x100 ? "+" : "" """, 0x103L, "S|D+")]
    [InlineData("""print fmt: "%s", ({ int x = 1; x; }), __print_symbolic((unsigned long)REC->f, { E_NAME, "NEVER" }, { SIGKILL, "kill" })""", 9L, "kill")]
    public void A_number_is_called_as_the_kernel_would_print_it(string format, long value, string? name) =>
        Assert.Equal(name, PrintFormat.Read(format, CoreTypes.Instance)["f"].Name(value, 4));

    [Theory]
    [InlineData("")]
    [InlineData("print fmt: ")]
    [InlineData("print fmt: \"%d\", REC->f")]
    [InlineData("print fmt: __print_flags(")]
    [InlineData("print fmt: __print_flags(REC->f, \"|\", {1, \"x\"")]
    [InlineData("print fmt: __print_symbolic(REC->f, {, {, }}}, ])")]
    [InlineData("print fmt: __print_symbolic(REC->")]
    [InlineData("print fmt: __print_symbolic(REC->f & REC->g, { 1, \"x\" })")]
    [InlineData("print fmt: __print_flags 'x \\")]
    public void A_format_that_tells_nothing_names_nothing(string format) =>
        Assert.Empty(PrintFormat.Read(format, CoreTypes.Instance));

    [Fact]
    public void Nesting_without_end_comes_to_an_end() =>
        Assert.Empty(PrintFormat.Read("print fmt: __print_flags(" + new string('(', 50_000), CoreTypes.Instance));

    [Theory]
    [InlineData("vfs_open", "flags", 0x80241L, "O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC")]
    [InlineData("do_sys_openat2", "args->flags", 0L, "O_RDONLY")]
    [InlineData("do_sys_openat2", "flags", 0x40000002L, "O_RDWR|0x40000000")]
    [InlineData("do_sys_openat2", "flags", 3L, null)]
    [InlineData("inet_create", "sk->sk_family", 10L, "AF_INET6")]
    [InlineData("inet_create", "family", 99L, null)]
    [InlineData("signal:signal_deliver", "args->sa_flags", 0x14000000L, "SA_RESTORER|SA_RESTART")]
    [InlineData("syscalls:sys_enter_kill", "args->sig", 15L, "SIGTERM")]
    [InlineData("mprotect", "prot", 0L, "PROT_NONE")]
    public void A_number_is_called_by_its_name_where_that_tells_more(string place, string label, long number, string? text) =>
        Assert.Equal(text, KnownNames.For(place, label)!.Name(number, 4));

    [Fact]
    public void A_parameter_of_a_type_that_everybody_knows_is_called_by_its_flags()
    {
        var type = new TypedefType("gfp_t", CoreTypes.UnsignedInt);
        var scope = new ProbeScope { Site = ProbeSite.KernelEntry, Name = "alloc_pages" };
        var words = ValueWords.Of(
            new IdentifierSyntax(default, "gfp"), new SourceExpression(type, default, new ArgumentSource(0)), scope, CoreTypes.Instance)!;
        Assert.Equal("GFP_KERNEL|__GFP_ZERO", words.Name(0xdc0, 4));
        Assert.Equal("none", words.Name(0, 4));
        Assert.Equal("GFP_KERNEL|0x80000000", words.Name(unchecked((int)0x80000cc0), 4));
    }

    [Fact]
    public void Events_whose_numbers_mean_something_else_are_not_taken_for_the_same()
    {
        NumberWords Words(string name) => new(new WordGroup(1, true, [new(1, name)]));
        Assert.Equal(Words("A"), Words("A"));
        Assert.NotEqual(Words("A"), Words("B"));
        var scope = new ProbeScope { Site = ProbeSite.Tracepoint, Name = "a:b" };
        BoundEvent Event(string name) => new(scope, null, null,
            [new EventValue("f", "args->f", new ConstantExpression(CoreTypes.Int, default, 1), null) { Words = Words(name) }]);
        Assert.True(Event("A").SendsTheSame(Event("A")));
        Assert.False(Event("A").SendsTheSame(Event("B")));
    }

    [Theory]
    [InlineData("vfs_read")]
    [InlineData("sys_enter_perf_event_open")]
    [InlineData("__x64_sys_pidfd_open")]
    [InlineData("sys_enter_open_tree")]
    public void Flags_of_something_else_than_open_are_not_called_by_names_of_open(string place) =>
        Assert.Null(KnownNames.For(place, "flags"));
}
