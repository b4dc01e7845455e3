using System.Text;
using BpfDashboard.Tracing.Symbols;
using FsCheck;
using FsCheck.Fluent;

namespace BpfDashboard.Tracing.Tests.Symbols;

/// <summary>What the kernel writes about processes, and what it never would.</summary>
public sealed class ProcTextTests
{
    private const string Maps = """
        55c38f597000-55c38f59a000 r--p 00000000 fe:01 248149                     /usr/bin/a program
        55c38f59a000-55c38f5ae000 r-xp 00003000 fe:01 248149                     /usr/bin/a program
        55c3bf194000-55c3bf1b5000 rw-p 00000000 00:00 0                          [heap]
        7f3cf2bf0000-7f3cf2bf2000 rwxp 00000000 00:00 0 
        7f3cf2bf4000-7f3cf2c5f000 r-xp 00002000 fe:10 332580                     /tmp/odd\012name (deleted)
        7f3cf2c60000-7f3cf2c61000 --xs 00002000 00:01 33                         /memfd:doublemapper (deleted)
        7f3cf2eb9000-7f3cf2ebb000 r-xp 00000000 00:00 0                          [vdso]
        ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
        """;

    [Fact]
    public void Mappings_of_code_are_read() =>
        Assert.Equal(
        [
            new(0x55c38f59a000, 0x55c38f5ae000, 0x3000, 0xfe_0000_0001, 248149, "/usr/bin/a program"),
            new(0x7f3cf2bf0000, 0x7f3cf2bf2000, 0, 0, 0, ""),
            new(0x7f3cf2bf4000, 0x7f3cf2c5f000, 0x2000, 0xfe_0000_0010, 332580, "/tmp/odd\nname (deleted)"),
            new(0x7f3cf2c60000, 0x7f3cf2c61000, 0x2000, 1, 33, "/memfd:doublemapper (deleted)"),
            new(0x7f3cf2eb9000, 0x7f3cf2ebb000, 0, 0, 0, "[vdso]"),
            new(0xffffffffff600000, 0xffffffffff601000, 0, 0, 0, "[vsyscall]"),
        ],
        ProcessMaps.Parse(Encoding.UTF8.GetBytes(Maps)));

    [Fact]
    public void Our_own_maps_name_the_files_that_the_kernel_names()
    {
        var lines = ProcessMaps.Parse(File.ReadAllBytes("/proc/self/maps"));
        Assert.Contains(lines, line => line.Name.Contains("libcoreclr.so", StringComparison.Ordinal) && line.Inode != 0);
        Assert.Contains(lines, line => line.Name == "[vdso]");
    }

    [Fact]
    public void Any_text_gives_mappings_in_order() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000).WithQuietOnSuccess(true), Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var lines = ProcessMaps.Parse(Encoding.UTF8.GetBytes(text));
            Assert.All(lines, line => Assert.True(line.Start < line.End));
            Assert.All(lines.Zip(lines.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
        }));

    [Fact]
    public void The_start_time_follows_a_name_that_may_hold_anything()
    {
        Assert.Equal(8765ul, ProcStatus.ParseStartTime($"42 (a) S 1) b) R {string.Join(' ', Enumerable.Range(4, 18))} 8765 9 9\n"));
        Assert.Null(ProcStatus.ParseStartTime(""));
        Assert.Null(ProcStatus.ParseStartTime("42 (short) R 1 2 3"));
    }

    [Fact]
    public void The_pid_is_that_of_the_innermost_namespace() =>
        Assert.Equal(
            new(5, 7, 1000, 1001),
            ProcStatus.Parse(5, "Name:\tx\nUid:\t1000\t1001\t1002\t1003\nGid:\t0\nNSpid:\t4711\t33\t7\nVmPeak:\t1\n"));

    private static readonly Gen<string> Texts =
        from lines in Gen.Elements(Maps.Split('\n')).ListOf()
        let text = string.Join('\n', lines)
        from at in Gen.Choose(0, text.Length)
        from length in Gen.Choose(0, Math.Min(40, text.Length - at))
        from piece in Gen.Elements("", " ", "-", "x", "\n", "\0", "0", "ffffffffffffffffffff", ":", "\ud83d\ude00")
        select text.Remove(at, length).Insert(at, piece);
}
