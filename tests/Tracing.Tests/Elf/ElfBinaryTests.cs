using System.Globalization;
using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Tests.Elf;

/// <summary>Programs compiled by the test, read by us and by binutils.</summary>
public sealed partial class ElfBinaryTests
{
    private const string Program = """
        static int __attribute__((noinline)) inner(int x) { __asm__ volatile(""); return x + 1; }
        int __attribute__((noinline)) outer(int x) { return inner(x) * 2; }
        int variable = 7;
        int main(int argc, char **argv) { (void)argv; return outer(argc) == 12345; }
        """;

    private const string ProgramWithProbes = """
        #define _SDT_HAS_SEMAPHORES 1
        #include <sys/sdt.h>
        __extension__ unsigned short ours_watched_semaphore __attribute__((section(".probes")));
        int main(int argc, char **argv) {
            (void)argv;
            if (ours_watched_semaphore) DTRACE_PROBE1(ours, watched, argc);
            DTRACE_PROBE2(ours, watched, argc, 7);
            return 0;
        }
        """;

    private const string ProgramWithPlainProbes = """
        #include <sys/sdt.h>
        int main(int argc, char **argv) {
            (void)argv;
            DTRACE_PROBE(ours, plain);
            if (argc > 5) DTRACE_PROBE(ours, plain);
            DTRACE_PROBE1(theirs, plain, argc);
            return 0;
        }
        """;

    [Theory]
    [InlineData("-pie", "-fPIE")]
    [InlineData("-no-pie", "-fno-pie")]
    [InlineData("-static", "-fno-pie")]
    public void Functions_lie_where_readelf_says(params string[] options)
    {
        NativeTools.Require("gcc", "readelf");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program, options);
        var functions = ElfBinary.Read(path).Functions;
        var expected = FunctionOffsets(path);
        Assert.Subset(expected.Keys.ToHashSet(), functions.Select(function => function.Name).ToHashSet());
        foreach (var name in new[] { "main", "outer", "inner" })
        {
            Assert.Equal(expected[name], functions.Single(function => function.Name == name).FileOffset);
        }

        Assert.DoesNotContain(functions, function => function.Name is "variable" or "printf");
    }

    [Fact]
    public void A_stripped_program_has_only_what_it_exports()
    {
        NativeTools.Require("gcc", "strip");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program);
        NativeTools.Run("strip", path);
        var binary = ElfBinary.Read(path);
        Assert.DoesNotContain(binary.Functions, function => function.Name is "main" or "outer");
        Assert.Contains("libc.so.6", binary.Needed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_separate_debug_file_gives_the_names_back(bool hasBuildId)
    {
        NativeTools.Require("gcc", "strip", "objcopy");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program, hasBuildId ? "-Wl,--build-id" : "-Wl,--build-id=none");
        var whole = ElfBinary.Read(path).Functions.Where(function => function.Name is "main" or "inner").ToList();
        NativeTools.Run("objcopy", "--only-keep-debug", path, $"{path}.debug");
        NativeTools.Run("strip", path);
        NativeTools.Run("objcopy", $"--add-gnu-debuglink={path}.debug", path);
        Assert.Equal(whole, ElfBinary.Read(path).Functions.Where(function => function.Name is "main" or "inner"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_debug_file_of_another_build_is_not_believed(bool hasBuildId)
    {
        NativeTools.Require("gcc", "strip", "objcopy");
        using var folder = new TemporaryFolder();
        var buildId = hasBuildId ? "-Wl,--build-id" : "-Wl,--build-id=none";
        var path = NativeTools.Compile(folder, "program", Program, buildId);
        var changed = Program.Replace("main(", "different(void); int main(", StringComparison.Ordinal);
        var other = NativeTools.Compile(folder, "other", changed, buildId, "-O2");
        NativeTools.Run("objcopy", "--only-keep-debug", path, $"{path}.debug");
        NativeTools.Run("strip", path);
        NativeTools.Run("objcopy", $"--add-gnu-debuglink={path}.debug", path);
        File.Delete($"{path}.debug");
        NativeTools.Run("objcopy", "--only-keep-debug", other, $"{path}.debug");
        Assert.DoesNotContain(ElfBinary.Read(path).Functions, function => function.Name == "main");
    }

    [Theory]
    [InlineData("-pie", "-fPIE")]
    [InlineData("-no-pie", "-fno-pie")]
    public void Usdt_probes_and_semaphores_lie_where_readelf_says(params string[] options)
    {
        NativeTools.Require("gcc", "readelf");
        NativeTools.RequireHeader("sys/sdt.h", "systemtap-sdt-dev");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", ProgramWithProbes, options);
        var probe = Assert.Single(ElfBinary.Read(path).UsdtProbes);
        Assert.Equal(("ours", "watched"), (probe.Provider, probe.Name));
        var notes = Notes(path);
        Assert.Equal(2, notes.Count);
        Assert.Equal(notes.Select(note => note.Place), probe.Sites.Select(site => site.FileOffset));
        Assert.Equal(notes.Select(note => note.Semaphore), probe.Sites.Select(site => site.SemaphoreOffset));
        Assert.All(probe.Sites, site => Assert.Equal(0x90, ByteAt(path, site.FileOffset))); // a nop

        // Where the semaphore lies in the file, the file holds its initial value.
        Assert.All(probe.Sites, site => Assert.NotEqual(0ul, site.SemaphoreOffset));
        Assert.Equal(["-4@", "-4@"], probe.Sites.Select(site => site.Arguments[..3]));
    }

    [Fact]
    public void Probes_without_semaphore_have_none_and_places_of_one_probe_stay_together()
    {
        NativeTools.Require("gcc");
        NativeTools.RequireHeader("sys/sdt.h", "systemtap-sdt-dev");
        using var folder = new TemporaryFolder();
        var probes = ElfBinary.Read(NativeTools.Compile(folder, "program", ProgramWithPlainProbes)).UsdtProbes;
        Assert.Equal(
            ["ours:plain 2", "theirs:plain 1"], probes.Select(probe => $"{probe.Provider}:{probe.Name} {probe.Sites.Count}"));
        Assert.All(probes.SelectMany(probe => probe.Sites), site => Assert.Equal(0ul, site.SemaphoreOffset));
    }

    [Fact]
    public void Code_that_prelink_moved_is_found_by_its_base()
    {
        NativeTools.Require("gcc", "objcopy", "readelf");
        NativeTools.RequireHeader("sys/sdt.h", "systemtap-sdt-dev");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", ProgramWithPlainProbes);
        var before = ElfBinary.Read(path).UsdtProbes.SelectMany(probe => probe.Sites).Select(site => site.FileOffset).ToList();

        // As if the notes had been written for a program that lay 0x10000 lower.
        var notes = Path.Combine(folder.Path, "notes");
        NativeTools.Run("objcopy", "-O", "binary", "--only-section=.note.stapsdt",
            "--set-section-flags", ".note.stapsdt=alloc", path, notes);
        var bytes = File.ReadAllBytes(notes);
        for (var at = 0; at < bytes.Length; at += 12 + 8 + ((BitConverter.ToInt32(bytes, at + 4) + 3) & ~3))
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(at + 20), BitConverter.ToUInt64(bytes, at + 20) - 0x10000);
            BitConverter.TryWriteBytes(bytes.AsSpan(at + 28), BitConverter.ToUInt64(bytes, at + 28) - 0x10000);
        }

        File.WriteAllBytes(notes, bytes);
        NativeTools.Run("objcopy", $"--update-section=.note.stapsdt={notes}", path);
        Assert.Equal(before, ElfBinary.Read(path).UsdtProbes.SelectMany(probe => probe.Sites).Select(site => site.FileOffset));
    }

    [Fact]
    public void What_is_no_program_of_this_machine_is_named_for_what_it_is()
    {
        using var folder = new TemporaryFolder();
        Assert.EndsWith("is empty.", Problem(folder.Write("empty", "")));
        Assert.EndsWith("is a script, not an ELF file.", Problem(folder.Write("script", "#!/bin/sh\n")));
        Assert.EndsWith("is not an ELF file.", Problem(folder.Write("text", "hello")));
        Assert.EndsWith("ends in its header.", Problem(folder.Write("short", "\u007fELF")));
        Assert.Contains("linker script", Problem(folder.Write("libc.so", "/* GNU ld script\n")));
        Assert.Contains("archive", Problem(folder.Write("libc.a", "!<arch>\n")));
        Assert.EndsWith("is not a file.", Problem(folder.Path));
        Assert.Contains("cannot be read", Problem($"{folder.Path}/missing"));
        Assert.EndsWith("is not a file.", Problem("/dev/zero"));

        var elf = new byte[64];
        "\u007fELF"u8.CopyTo(elf);
        (elf[4], elf[5], elf[16], elf[18]) = (1, 1, 2, 3);
        Assert.Contains("32-bit", Problem(Write(folder, elf)));
        (elf[4], elf[18]) = (2, 183);
        Assert.Contains("foreign machine (183)", Problem(Write(folder, elf)));
        (elf[16], elf[18]) = (1, 62);
        Assert.Contains("object file", Problem(Write(folder, elf)));
        elf[16] = 4;
        Assert.Contains("core dump", Problem(Write(folder, elf)));
    }

    private static string Problem(string path) => Assert.Throws<BinaryFormatException>(() => ElfBinary.Read(path)).Message;

    private static string Write(TemporaryFolder folder, byte[] content)
    {
        var path = Path.Combine(folder.Path, "file");
        File.WriteAllBytes(path, content);
        return path;
    }

    private static int ByteAt(string path, ulong offset)
    {
        using var file = File.OpenRead(path);
        file.Position = (long)offset;
        return file.ReadByte();
    }

    /// <summary>Name and file offset of functions: readelf's values, moved by readelf's program headers.</summary>
    private static Dictionary<string, ulong> FunctionOffsets(string path) =>
        NativeTools.Run("readelf", "-sW", path).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts is [_, _, _, "FUNC" or "IFUNC", _, _, not "UND", _, ..])
            .GroupBy(parts => parts[7].Split('@')[0])
            .ToDictionary(group => group.Key, group => ToOffset(path, Hex(group.First()[1])));

    /// <summary>
    /// <c>Location: 0x…, Base: 0x…, Semaphore: 0x…</c> of each note, as file offsets.
    /// </summary>
    private static List<(ulong Place, ulong Semaphore)> Notes(string path) =>
        [.. Note().Matches(NativeTools.Run("readelf", "-nW", path)).Select(match => (
            ToOffset(path, Hex(match.Groups[1].Value)),
            Hex(match.Groups[2].Value) is var semaphore and not 0 ? ToOffset(path, semaphore) : 0ul))];

    private static ulong ToOffset(string path, ulong address) =>
        NativeTools.Run("readelf", "-lW", path).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts is ["LOAD", ..])
            .Select(parts => (Offset: Hex(parts[1]), Address: Hex(parts[2]), Size: Hex(parts[4])))
            .Where(segment => address >= segment.Address && address < segment.Address + segment.Size)
            .Select(segment => address - segment.Address + segment.Offset)
            .First();

    private static ulong Hex(string text) =>
        ulong.Parse(text.Replace("0x", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Location: 0x(\w+), Base: 0x\w+, Semaphore: 0x(\w+)")]
    private static partial Regex Note();
}
