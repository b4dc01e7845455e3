using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Tracing.Tests.Unwinding;

public sealed class ExecutableMappingTests
{
    [Fact]
    public void Code_of_files_and_of_the_vdso_is_found_in_proc_maps()
    {
        const string maps = """
            55d0c6a00000-55d0c6a02000 r--p 00000000 fe:00 2886       /usr/bin/with blank
            55d0c6a02000-55d0c6a07000 r-xp 00002000 fe:00 2886       /usr/bin/with blank
            55d0c7e1d000-55d0c7e3e000 rw-p 00000000 00:00 0          [heap]
            7f0e1c028000-7f0e1c17e000 r-xp 00026000 fe:00 99         /usr/lib/libc.so.6 (deleted)
            7f0e20000000-7f0e20001000 rwxp 00000000 00:00 0
            7f0e20001000-7f0e20002000 r-xp 00000000 00:00 0          [anon:jit]
            7ffd4a1d4000-7ffd4a1d6000 r-xp 00000000 00:00 0          [vdso]
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]
            """;
        ExecutableMapping[] expected =
        [
            new(0x55d0c6a02000, 0x55d0c6a07000, 0x2000, "/usr/bin/with blank"),
            new(0x7f0e1c028000, 0x7f0e1c17e000, 0x26000, "/usr/lib/libc.so.6 (deleted)"),
            new(0x7ffd4a1d4000, 0x7ffd4a1d6000, 0, "[vdso]"),
        ];
        Assert.Equal(expected, maps.Split('\n').Select(ExecutableMapping.Parse).OfType<ExecutableMapping>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x y z")]
    [InlineData("2000-1000 r-xp 00000000 00:00 0 /bin/true")]
    [InlineData("1000 r-xp 00000000 00:00 0 /bin/true")]
    [InlineData("1000-zz r-xp 00000000 00:00 0 /bin/true")]
    public void What_is_not_understood_is_left_out(string line) => Assert.Null(ExecutableMapping.Parse(line));

    [Fact]
    public void A_process_that_is_gone_has_none() => Assert.Empty(ExecutableMapping.Of(int.MaxValue));

    [Fact]
    public void Our_own_process_has_libc()
    {
        var own = ExecutableMapping.Of(Environment.ProcessId);
        Assert.Contains(own, mapping => mapping.Path.Contains("libc", StringComparison.Ordinal));
        Assert.Equal(own.OrderBy(mapping => mapping.Start), own);
    }
}
