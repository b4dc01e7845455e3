using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Specs;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace BpfDashboard.Tracing.Tests.Specs;

public sealed class PatternMatcherTests
{
    [Theory]
    [InlineData("vfs_read", "vfs_read", true)]
    [InlineData("vfs_read", "vfs_readv", false)]
    [InlineData("vfs_*", "vfs_", true)]
    [InlineData("vfs_*", "kvfs_read", false)]
    [InlineData("*tcp*send*", "do_tcp_sendmsg", true)]
    [InlineData("*tcp*send*", "do_send_tcp", false)]
    [InlineData("*ab*ab", "abab", true)]
    [InlineData("*ab*ab", "ab", false)]
    [InlineData("*", "", true)]
    [InlineData("os.*", "osx", false)]
    [InlineData("os.*", "os.Open", true)]
    [InlineData("[ab]?", "[ab]?", true)]
    [InlineData("[ab]?", "a", false)]
    [InlineData("vfs_Read", "vfs_read", false)]
    public void A_wildcard_means_the_whole_name_and_only_stars_are_special(
        string pattern, string name, bool expected) =>
        Assert.Equal(expected, Kernel(PatternKind.Wildcard, pattern).Matches(name));

    [Theory]
    [InlineData("vfs_.*", "vfs_read", true)]
    [InlineData("^vfs_.*", "vfs_read", true)]
    [InlineData("vfs", "vfs_read", false)]
    [InlineData("a|ab", "ab", true)]
    [InlineData("vfs_read", "xvfs_read", false)]
    public void A_regex_means_the_whole_name_of_a_kernel_function(string pattern, string name, bool expected) =>
        Assert.Equal(expected, Kernel(PatternKind.Regex, pattern).Matches(name));

    [Theory]
    [InlineData("(write|read)$", "read", true)]
    [InlineData("(write|read)$", "pread", false)]
    [InlineData("(write|read)$", "readv", false)]
    [InlineData("str", "strlen", true)]
    [InlineData("str|mem", "memcpy", true)]
    [InlineData("str|mem", "xmemcpy", false)]
    public void A_regex_means_the_start_of_all_other_names(string pattern, string name, bool expected)
    {
        var syntax = new PatternSyntax(PatternKind.Regex, pattern, default);
        var target = new NameSyntax("c", default);
        ProbeSyntax[] probes =
        [
            new UserFunctionSyntax(default, target, syntax),
            new TracepointSyntax(default, syntax),
            new UsdtSyntax(default, target, null, syntax),
        ];

        Assert.All(probes, probe => Assert.Equal(expected, PatternMatcher.For(probe).Matches(name)));
    }

    [Fact]
    public void A_wildcard_of_a_tracepoint_crosses_the_colon()
    {
        var pattern = new PatternSyntax(PatternKind.Wildcard, "sys*enter_*", default);
        var matcher = PatternMatcher.For(new TracepointSyntax(default, pattern));
        Assert.True(matcher.Matches("syscalls:sys_enter_read"));
        Assert.False(matcher.Matches("syscalls:sys_exit_read"));
    }

    [Fact]
    public void Wildcards_agree_with_the_same_regular_expression() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Letters("ab*").Two().ToArbitrary(), pair =>
        {
            var (pattern, name) = pair;
            var regex = $@"\A{Regex.Escape(pattern).Replace(@"\*", ".*")}\z";
            return Kernel(PatternKind.Wildcard, pattern).Matches(name) == Regex.IsMatch(name, regex);
        }));

    private static Gen<string> Letters(string letters) =>
        Gen.Elements(letters.ToCharArray()).ArrayOf().Select(chars => new string(chars));

    private static PatternMatcher Kernel(PatternKind kind, string pattern) =>
        PatternMatcher.For(new KernelFunctionSyntax(default, new PatternSyntax(kind, pattern, default)));
}
