using System.Text;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Tests.Elf;
using FsCheck;
using FsCheck.Fluent;

namespace BpfDashboard.Tracing.Tests.Symbols;

/// <summary>The file belongs to the traced process, which may write what it likes.</summary>
public sealed class JitMapTests
{
    private static readonly ProcStatus Root = new(StartTime: 1, InnerPid: 7, RealUser: 0, EffectiveUser: 0);

    [Fact]
    public void Lines_give_functions_and_what_is_none_is_passed_over()
    {
        var map = Read("""
            1000 10 LazyCompile:~main /app/server.js:12

            0x2000 0x20 void [app] Program::Main(class System.String[])[Tier0]
            3000 0 empty
            zzzz 10 no_hex
            4000 10
            5000 ffffffffffffffff endless
            fffffffffffffff8 10 beyond
            6000
            7000 10 last
            """);
        Assert.Equal(("LazyCompile:~main /app/server.js:12", 0xful), map.Find(0x100f));
        Assert.Equal(("void [app] Program::Main(class System.String[])[Tier0]", 0ul), map.Find(0x2000));
        Assert.Equal(("last", 1ul), map.Find(0x7001));
        Assert.Equal(3, map.Count);
        Assert.All([0xffful, 0x1010ul, 0x3000ul, 0x5001ul, ulong.MaxValue], address => Assert.Null(map.Find(address)));
    }

    [Fact]
    public void Where_functions_overlap_the_later_line_holds()
    {
        var map = Read("1000 100 old\n2000 100 other\n").With("1080 100 moved\n1fff 2 across\n"u8);
        Assert.Equal("moved", map.Find(0x10ff)?.Name);
        Assert.Null(map.Find(0x1000));
        Assert.Equal("across", map.Find(0x2000)?.Name);
        Assert.Equal("old", map.With("1000 100 old\n"u8).Find(0x1080)?.Name);
    }

    [Fact]
    public void Only_what_was_appended_is_read_and_only_whole_lines()
    {
        using var folder = new TemporaryFolder();
        var file = Follow(folder, "1000 10 first\n1100 10 sec");
        Assert.True(file.Update());
        Assert.False(file.Update());
        Assert.Equal(1, file.Map.Count);
        File.AppendAllText($"{folder.Path}/tmp/perf-7.map", "ond\n");
        Assert.True(file.Update());
        Assert.Equal("second", file.Map.Find(0x1100)?.Name);

        // A runtime that starts over writes a shorter file, or another one.
        folder.Write("tmp/perf-7.map", "1000 10 new\n");
        Assert.True(file.Update());
        Assert.Equal(("new", 1), (file.Map.Find(0x1000)?.Name, file.Map.Count));
    }

    [Fact]
    public void What_is_no_ordinary_file_is_not_opened()
    {
        NativeTools.Require("mkfifo");
        using var folder = new TemporaryFolder();
        var file = Follow(folder, content: null);
        Assert.False(file.Update());
        Assert.Equal("the runtime has written none", file.Problem);

        // Opening a pipe would wait for ever.
        Directory.CreateDirectory($"{folder.Path}/tmp");
        NativeTools.Run("mkfifo", $"{folder.Path}/tmp/perf-7.map");
        Assert.False(file.Update());
        Assert.Equal("it is not an ordinary file", file.Problem);

        File.Delete($"{folder.Path}/tmp/perf-7.map");
        folder.Write("tmp/secret", "1000 10 secret\n");
        File.CreateSymbolicLink($"{folder.Path}/tmp/perf-7.map", "secret");
        Assert.False(file.Update());
        Assert.Equal("it is not an ordinary file", file.Problem);
    }

    [Fact]
    public void A_map_of_another_user_is_not_believed()
    {
        NativeTools.Require("chown");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: chown");
        using var folder = new TemporaryFolder();
        var file = Follow(folder, "1000 10 theirs\n");
        NativeTools.Run("chown", "4711", $"{folder.Path}/tmp/perf-7.map");
        Assert.False(file.Update());
        Assert.Equal("it belongs to another user than the process", file.Problem);
        Assert.True(Follow(folder, "1000 10 ours\n", Root with { EffectiveUser = 4711 }).Update());
    }

    [Fact]
    public void A_map_left_over_from_an_earlier_process_is_not_believed()
    {
        using var folder = new TemporaryFolder();
        var file = Follow(folder, "1000 10 old\n", notBefore: DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds());
        Assert.False(file.Update());
        Assert.Equal("it is left over from an earlier process with this id", file.Problem);
    }

    [Fact]
    public void An_endless_map_is_read_up_to_a_limit()
    {
        using var folder = new TemporaryFolder();
        var file = Follow(folder, "1000 10 first\n");
        using (var stream = File.OpenWrite($"{folder.Path}/tmp/perf-7.map"))
        {
            stream.SetLength(1L << 40);
        }

        Assert.True(file.Update());
        Assert.False(file.Update());
        Assert.Equal(1, file.Map.Count);
    }

    [Fact]
    public void Any_lines_give_a_map_in_which_the_last_whole_function_is_found() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true), Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var cut = text.Length / 2;
            var map = Read(text[..cut]).With(Encoding.UTF8.GetBytes(text[cut..])).With("1008 8 last\n"u8);
            Assert.Equal(("last", 1ul), map.Find(0x1009));
            for (ulong address = 0xff0; address < 0x1040; address++)
            {
                Assert.True(map.Find(address) is not { } found || (found.Name.Length > 0 && found.Distance <= address));
            }
        }));

    private static readonly Gen<string> Texts =
        Gen.Elements("1000 ", "1008 ", "1010 ", "8 ", "20 ", "0x", "0 ", "a", "b c", "\n", "\n", "\r\n", "\0", " ", "ffffffffffffffff ",
            "\u6f22", "-", "1008 8 x\n", "1000 40 y\n", "1010 4 z\n").ListOf().Select(string.Concat);

    private static JitMap Read(string text) => JitMap.Empty.With(Encoding.UTF8.GetBytes(text));

    private static JitMapFile Follow(TemporaryFolder folder, string? content, ProcStatus? status = null, long notBefore = 0)
    {
        if (content is not null)
        {
            folder.Write("tmp/perf-7.map", content);
        }

        return new JitMapFile("/tmp/perf-7.map", FileCalls.Hold(folder.Path), status ?? Root, notBefore);
    }
}
