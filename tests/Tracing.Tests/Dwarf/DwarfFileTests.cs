using BpfDashboard.Tracing.Dwarf;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Tests.Elf;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Dwarf;

/// <summary>Where debug information is found, how long it lives, and what damage does to it.</summary>
public sealed class DwarfFileTests
{
    private const string Program = """
        struct request { int id; struct request *next; enum { IDLE, BUSY = 5 } state; char name[8]; };
        int handle(struct request *request, unsigned long size) { return request->id + (int)size + request->state; }
        int main(void) { struct request it = { 1, 0, BUSY, "x" }; return handle(&it, 2); }
        """;

    [Fact]
    public void A_stripped_program_is_known_by_the_debug_file_that_it_links_to()
    {
        using var debugging = new Debugging();
        NativeTools.Require("objcopy", "strip");
        var program = debugging.Compile("gcc", [("main.c", Program)], "-g", "-Wl,--build-id=none");
        NativeTools.Run("objcopy", "--only-keep-debug", program, $"{program}.debug");
        NativeTools.Run("strip", program);
        NativeTools.Run("objcopy", $"--add-gnu-debuglink={program}.debug", program);
        AssertIsKnown(Debugging.Open(program));
        File.AppendAllText($"{program}.debug", "another build");
        Assert.Null(DwarfFile.Open(program));
    }

    [Fact]
    public void A_stripped_program_is_known_by_the_debug_file_of_its_build_id()
    {
        using var debugging = new Debugging();
        NativeTools.Require("objcopy", "strip");
        var program = debugging.Compile("gcc", [("main.c", Program)], "-g", "-Wl,--build-id=0x0123456789abcdef");
        var debug = Path.Combine(debugging.Folder, "separate");
        NativeTools.Run("objcopy", "--only-keep-debug", program, debug);
        NativeTools.Run("strip", program);
        Assert.Null(DwarfFile.Open(program));

        const string place = "/usr/lib/debug/.build-id/01/23456789abcdef.debug";
        var found = DwarfFile.Open(program, "/bin/program", path => path == place ? debug : null);
        Assert.NotNull(found);
        AssertIsKnown(found);
    }

    [Fact]
    public void Without_debug_information_there_is_none()
    {
        using var debugging = new Debugging();
        var program = debugging.Compile("gcc", [("main.c", Program)]);
        Assert.Null(DwarfFile.Open(program));
        Assert.Null(DwarfFile.Open(Path.Combine(debugging.Folder, "main.c")));
        Assert.Null(DwarfFile.Open(debugging.Folder));
        Assert.Null(DwarfFile.Open(Path.Combine(debugging.Folder, "missing")));
    }

    [Fact]
    public void Types_read_on_when_the_file_is_closed_and_gone()
    {
        using var debugging = new Debugging();
        var program = debugging.Compile("gcc", [("main.c", Program)], "-g");
        var request = Debugging.Struct(Debugging.Open(program), "request");
        File.Delete(program);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal(["id", "next", "state", "name"], request.Members.Select(member => member.Name));
        Assert.Equal(["IDLE", "BUSY"], ((EnumType)request.Find("state")!.Type).Constants.Select(constant => constant.Name));
    }

    [Fact]
    public void Debug_information_is_kept_for_each_version_of_a_file()
    {
        using var debugging = new Debugging();
        var program = debugging.Compile("gcc", [("main.c", Program)], "-g");
        var files = new DwarfFiles();
        var first = files.Get(program);
        Assert.NotNull(first);
        Assert.Same(first, files.Get(program));
        Assert.InRange(files.Size, first.SizeInBytes, first.SizeInBytes + 10_000);
        debugging.Compile("gcc", [("main.c", Program.Replace("handle", "renamed", StringComparison.Ordinal))], "-g");
        File.SetLastWriteTimeUtc(program, DateTime.UnixEpoch);
        Assert.NotNull(files.Get(program)?.Prototype("renamed"));
        Assert.Null(files.Get(program + ".none"));
    }

    [Fact]
    public void What_is_kept_is_bounded()
    {
        using var debugging = new Debugging();
        var program = debugging.Compile("gcc", [("main.c", Program)], "-g");
        var files = new DwarfFiles(capacity: 1);
        var first = files.Get(program);
        var copy = $"{program}.copy";
        File.Copy(program, copy);
        Assert.NotNull(files.Get(copy));
        Assert.NotSame(first, files.Get(program));
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_threads_ask_at_once()
    {
        using var debugging = new Debugging();
        var file = Debugging.Open(debugging.Compile("gcc", [("main.c", Program)], "-g"));
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, (_, _) =>
        {
            AssertIsKnown(file);
            return ValueTask.CompletedTask;
        });
    }

    [Theory(Timeout = 120_000)]
    [InlineData("-gdwarf-5")]
    [InlineData("-gdwarf-4")]
    [InlineData("-gdwarf-4", "-fdebug-types-section")]
    public async Task Damaged_debug_information_gives_fewer_types_and_never_another_error(params string[] options)
    {
        using var debugging = new Debugging();
        var path = debugging.Compile("gcc", [("main.c", Program)], options);
        await Task.Run(
            () =>
            {
                var whole = File.ReadAllBytes(path);
                var places = DebugBytes(path);
                var random = new Random(4711);
                var known = 0;
                for (var round = 0; round < 2000; round++)
                {
                    var damaged = whole.ToArray();
                    for (var flips = random.Next(1, 6); flips > 0; flips--)
                    {
                        damaged[places[random.Next(places.Count)]] = random.Next(3) == 0 ? (byte)0xff : (byte)random.Next(256);
                    }

                    File.WriteAllBytes(path, damaged);
                    known += ReadAll(path);
                }

                Assert.InRange(known, 1, 1999);
            },
            TestContext.Current.CancellationToken);
    }

    /// <summary>1 if all of it is as it was.</summary>
    private static int ReadAll(string path)
    {
        if (DwarfFile.Open(path) is not { } file)
        {
            return 0;
        }

        try
        {
            foreach (var space in Enum.GetValues<TypeNames>())
            {
                foreach (var type in file.Types.Names(space).Select(name => file.Types.Find(space, name)).OfType<DataType>())
                {
                    _ = type.ToString();
                    _ = (type.Unaliased as StructType)?.NamedMembers.Count();
                    _ = (type as EnumType)?.Constants.Count;
                }
            }

            return file.Types.FindConstant("BUSY") is { Constant.Value: 5 }
                && file.Prototype("handle")?.ToString() == "int (struct request *, long unsigned int)" ? 1 : 0;
        }
        catch (FormatException)
        {
            return 0;
        }
    }

    private static List<int> DebugBytes(string path)
    {
        using var elf = ElfFile.Open(path);
        var whole = File.ReadAllBytes(path);
        var places = new List<int>();
        foreach (var section in elf.Sections.Where(section => section.Name is ".debug_info" or ".debug_abbrev" or ".debug_types" or ".debug_str"))
        {
            var at = whole.AsSpan().IndexOf(elf.Data(section));
            places.AddRange(Enumerable.Range(at, (int)section.Size));
        }

        return places;
    }

    private static void AssertIsKnown(DwarfFile file)
    {
        Assert.Equal("int (struct request *, long unsigned int)", $"{file.Prototype("handle")}");
        Assert.Equal(["id", "next", "state", "name"], Debugging.Struct(file, "request").Members.Select(member => member.Name));
        Assert.Equal(5, file.Types.FindConstant("BUSY")?.Constant.Value);
    }
}
