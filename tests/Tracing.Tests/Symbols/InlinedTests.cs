using System.Globalization;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Tests.Elf;

namespace BpfDashboard.Tracing.Tests.Symbols;

/// <summary>Functions that the compiler inlined, found in the debug information as addr2line finds them.</summary>
public sealed class InlinedTests
{
    private const string Program = Target.Prelude + """
        extern void here(void);
        static inline __attribute__((always_inline)) int innermost(int x) { __asm__ volatile(".globl here\nhere: nop"); return x + 1; }
        static inline __attribute__((always_inline)) int middle(int x) { return innermost(x) * 3; }
        int __attribute__((noinline)) outer(int x) { if (x == 4711) return 0; return middle(x) - 7; }
        int main(int argc, char **argv) { (void)argv; SAY(outer); SAY(here); READY(); return outer(argc) == 17; }
        """;

    [Theory]
    [InlineData("-g", "-O2")]
    [InlineData("-g", "-O2", "-gdwarf-4")]
    [InlineData("-g", "-O2", "-gz")]
    [InlineData("-g", "-O2", "-no-pie", "-fno-pie")]
    [InlineData("-g", "-O2", "-flto")]
    public void Inlined_functions_are_frames_innermost_first(params string[] options)
    {
        Assert.SkipUnless(LibDw.IsPresent, "needs libdw (libdw1)");
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program, options);
        using var target = Target.Start(path);
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        var (outer, here) = (target.Addresses["outer"], target.Addresses["here"]);
        Assert.Equal(
        [
            new("innermost", path, FrameKind.Inlined, null, here),
            new("middle", path, FrameKind.Inlined, null, here),
            new("outer", path, FrameKind.User, here - outer, here),
        ],
        symbolizer.User(target.Pid, here));
        Assert.Equal([new("outer", path, FrameKind.User, 0, outer)], symbolizer.User(target.Pid, outer));

        // The nop is one byte long: what returns to the byte after it was called from it.
        Assert.Equal(
            ["innermost", "middle", "outer"],
            symbolizer.User(target.Pid, here + 1, isReturnAddress: true).Select(frame => frame.Name));
    }

    [Fact]
    public void A_separate_debug_file_tells_of_inlined_functions_too()
    {
        Assert.SkipUnless(LibDw.IsPresent, "needs libdw (libdw1)");
        NativeTools.Require("gcc", "objcopy", "strip");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program, "-g", "-O2");
        NativeTools.Run("objcopy", "--only-keep-debug", path, $"{path}.debug");
        NativeTools.Run("strip", path);
        NativeTools.Run("objcopy", $"--add-gnu-debuglink={path}.debug", path);
        using var target = Target.Start(path);
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        Assert.Equal(
            ["innermost", "middle", "outer"],
            symbolizer.User(target.Pid, target.Addresses["here"]).Select(frame => frame.Name).Where(name => name != "here"));
    }

    [Fact]
    public void Frames_are_those_of_another_reader()
    {
        Assert.SkipUnless(LibDw.IsPresent, "needs libdw (libdw1)");
        NativeTools.Require("g++", "llvm-addr2line", "nm");
        using var folder = new TemporaryFolder();
        var source = folder.Write("sort.cc", """
            #include <algorithm>
            #include <map>
            #include <string>
            #include <vector>
            int main(int argc, char **argv) {
                std::vector<std::string> words(argv, argv + argc);
                std::sort(words.begin(), words.end(), [](auto const &a, auto const &b) { return a.size() < b.size() || a > b; });
                std::map<std::string, int> counts;
                for (auto const &word : words) counts[word]++;
                return counts.size();
            }
            """);
        var path = $"{folder.Path}/sort";
        NativeTools.Run("g++", "-g", "-O2", "-o", path, source);
        var module = ElfModule.Load(path, path, _ => null);
        var main = NativeTools.Run("nm", "-S", path).Split('\n').First(line => line.EndsWith(" main", StringComparison.Ordinal));
        var (start, size) = (Hex(main[..16]), Hex(main[17..33]));
        var addresses = Enumerable.Range(0, (int)size).Select(i => start + (ulong)i).ToList();

        // Not that of binutils: it confuses functions whose ranges are equal.
        var expected = NativeTools.Run("llvm-addr2line", ["-aif", "-e", path, .. addresses.Select(address => $"{address:x}")]);
        var frames = expected.Split("\n0x").Select(block => block.Split('\n').Where((_, i) => i % 2 == 1)).ToList();
        Assert.Contains(frames, names => names.Count() > 5);
        for (var i = 0; i < addresses.Count; i++)
        {
            var found = module.FindAtOffset(addresses[i]);
            Assert.NotNull(found);
            Assert.Equal(frames[i].Where(name => name.Length > 0).Select(Demangler.Demangle), found.Value.Inlined.Append(found.Value.Name));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Damaged_debug_information_gives_names_or_none() =>
        await Task.Run(() =>
        {
            Assert.SkipUnless(LibDw.IsPresent, "needs libdw (libdw1)");
            NativeTools.Require("gcc", "nm");
            using var folder = new TemporaryFolder();
            var path = NativeTools.Compile(folder, "program", Program, "-g", "-O2");
            var address = Hex(NativeTools.Run("nm", path).Split('\n').First(line => line.EndsWith(" here", StringComparison.Ordinal))[..16]);
            var whole = File.ReadAllBytes(path);
            var sections = (int)BitConverter.ToUInt64(whole, 40);
            var random = new Random(4711);
            var counts = new HashSet<int>();
            for (var round = 0; round < 1000; round++)
            {
                var damaged = whole.ToArray();
                for (var flips = random.Next(1, 20); flips > 0; flips--)
                {
                    damaged[0x3000 + random.Next(sections - 0x3000)] = (byte)random.Next(256);
                }

                File.WriteAllBytes($"{folder.Path}/damaged", damaged);
                var found = ElfModule.Load($"{folder.Path}/damaged", path, _ => null).FindAtOffset(address);
                counts.Add(found?.Inlined.Count ?? -1);
            }

            Assert.Superset(new HashSet<int> { 0, 2 }, counts);
        }, TestContext.Current.CancellationToken);

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
