using System.Globalization;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Tests.Elf;

namespace BpfDashboard.Tracing.Tests.Symbols;

/// <summary>Which name an address has, in files made by the compiler and checked by nm.</summary>
public sealed class ElfSymbolsTests
{
    private const string Assembler = """
        .text
        .globl sized, public_name, __private_name, unsized, after
        .type sized, @function
        sized: nop; nop
        loop_inside: nop; nop
        .size sized, . - sized
        .balign 16, 0x90
        .skip 64, 0x90
        .type unsized, @function
        unsized: nop; nop; nop
        mark: nop; nop; nop
        .type public_name, @function
        .type __private_name, @function
        .type local_name, @function
        __private_name:
        local_name:
        public_name: ret
        .size public_name, 1
        .size __private_name, 1
        .size local_name, 1
        .type nested, @function
        .type inner, @function
        nested: nop
        inner: nop
        .size inner, 1
        nop; nop
        .size nested, . - nested
        .section .text.last, "ax"
        .type last, @function
        last: nop; nop
        .section .note.GNU-stack, "", @progbits
        """;

    [Theory]
    [InlineData("sized", 0, "sized")]
    [InlineData("sized", 3, "sized")]
    [InlineData("sized", 18, "sized")]
    [InlineData("sized", 19, null)]
    [InlineData("unsized", 2, "unsized")]
    [InlineData("unsized", 3, "mark")]
    [InlineData("public_name", 0, "public_name")]
    [InlineData("nested", 0, "nested")]
    [InlineData("nested", 1, "inner")]
    [InlineData("nested", 2, "nested")]
    [InlineData("last", 1, "last")]
    [InlineData("last", 2, null)]
    public void Assembler_code_is_named_by_what_is_nearest_and_best(string from, int distance, string? expected)
    {
        NativeTools.Require("gcc", "nm");
        using var folder = new TemporaryFolder();
        var source = folder.Write("code.s", Assembler);
        var path = $"{folder.Path}/code.so";
        NativeTools.Run("gcc", "-shared", "-nostdlib", "-Wl,--no-gc-sections", "-o", path, source);
        using var elf = ElfFile.Open(path);
        var index = ElfSymbols.Read(elf, SectionType.SymbolTable, elf);
        var found = index.Find(AddressOf(path, from) + (ulong)distance);
        Assert.Equal(expected, found < 0 ? null : index.Name(found));
    }

    [Theory]
    [InlineData("/bin/bash")]
    [InlineData("/usr/bin/node")]
    public void Every_function_that_readelf_lists_is_found_under_a_name_of_its_address(string path)
    {
        NativeTools.Require("readelf");
        Assert.SkipUnless(File.Exists(path), $"{path} is missing");
        var functions = Functions(path);
        using var elf = ElfFile.Open(path);
        var own = ElfSymbols.Read(elf, SectionType.SymbolTable, elf);
        var index = own.Count > 0 ? own : ElfSymbols.Read(elf, SectionType.DynamicSymbols, elf);
        Assert.NotEmpty(functions);
        Assert.All(functions, function => Assert.Contains(index.Name(index.Find(function.Key)), function.Value));
    }

    [Fact]
    public void Of_a_stripped_program_only_exports_have_names_and_it_says_so()
    {
        NativeTools.Require("gcc", "strip");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", "int shown(void) { return 1; } int main(void) { return shown(); }", "-rdynamic");
        Assert.Equal((SymbolSource.SymbolTable, null), (Load(path).Source, Load(path).Problem));
        NativeTools.Run("strip", path);
        Assert.Equal(SymbolSource.DynamicSymbols, Load(path).Source);
        var bare = NativeTools.Compile(folder, "bare", "int main(void) { return 1; }", "-static");
        NativeTools.Run("strip", bare);
        Assert.Equal((SymbolSource.None, "it is stripped, and no debug file was found"), (Load(bare).Source, Load(bare).Problem));
    }

    [Theory]
    [InlineData("-Wl,--build-id")]
    [InlineData("-Wl,--build-id=none")]
    public void A_separate_debug_file_gives_names(string option)
    {
        NativeTools.Require("gcc", "strip", "objcopy", "nm");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", "int main(void) { return 1; }", option);
        var main = AddressOf(path, "main");
        NativeTools.Run("objcopy", "--only-keep-debug", path, $"{path}.debug");
        NativeTools.Run("strip", path);
        NativeTools.Run("objcopy", $"--add-gnu-debuglink={path}.debug", path);
        var module = Load(path);
        Assert.Equal(SymbolSource.DebugFile, module.Source);
        Assert.Equal(("main", 1ul), module.FindAtOffset(main + 1) is { } found ? (found.Name, found.Distance) : default);
    }

    [Theory]
    [InlineData("", "is empty.")]
    [InlineData("#!/bin/sh\n", "is a script, not an ELF file.")]
    public void What_is_no_program_says_what_it_is(string content, string problem)
    {
        using var folder = new TemporaryFolder();
        var module = ElfModule.Load(folder.Write("file", content), "/its/name", _ => null);
        Assert.Equal((SymbolSource.None, $"/its/name {problem}"), (module.Source, module.Problem));
        Assert.Null(module.FindAtOffset(0));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_damaged_program_is_read_or_not_but_never_fails() =>
        await Task.Run(() =>
        {
            NativeTools.Require("gcc");
            using var folder = new TemporaryFolder();
            var whole = File.ReadAllBytes(NativeTools.Compile(folder, "program", "int main(void) { return 1; }", "-rdynamic"));
            var random = new Random(4711);
            var sources = new HashSet<SymbolSource>();
            for (var round = 0; round < 600; round++)
            {
                var damaged = whole[..(round % 5 == 0 ? random.Next(whole.Length) : whole.Length)];
                for (var flips = random.Next(1, 6); flips > 0 && damaged.Length > 0; flips--)
                {
                    // Headers at the start; sections, symbols and names at the end.
                    var at = random.Next(2) == 0 ? random.Next(Math.Min(900, damaged.Length)) : damaged.Length - 1 - random.Next(Math.Min(5000, damaged.Length));
                    damaged[at] = random.Next(3) == 0 ? (byte)0xff : (byte)random.Next(256);
                }

                File.WriteAllBytes($"{folder.Path}/damaged", damaged);
                var module = Load($"{folder.Path}/damaged");
                sources.Add(module.Source);
                module.FindAtOffset((ulong)random.NextInt64());
                module.FindAtOffset((ulong)random.Next(whole.Length));
            }

            Assert.Equal([SymbolSource.None, SymbolSource.SymbolTable, SymbolSource.DynamicSymbols], sources.Order());
        }, TestContext.Current.CancellationToken);

    private static ElfModule Load(string path) => ElfModule.Load(path, path, other => other);

    private static ulong AddressOf(string path, string name) =>
        Hex(NativeTools.Run("nm", path).Split('\n').First(line => line.EndsWith($" {name}", StringComparison.Ordinal))[..16]);

    /// <summary>The names of functions by address.</summary>
    private static Dictionary<ulong, HashSet<string>> Functions(string path) =>
        NativeTools.Run("readelf", "-sW", path).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts is [_, _, _, "FUNC" or "IFUNC", _, _, not "UND", _, ..])
            .GroupBy(parts => Hex(parts[1]), parts => parts[7].Split('@')[0])
            .ToDictionary(group => group.Key, group => group.ToHashSet());

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
