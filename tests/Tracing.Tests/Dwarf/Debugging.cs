using BpfDashboard.Tracing.Dwarf;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Tests.Elf;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Dwarf;

/// <summary>Programs with debug information, and what is read of it.</summary>
internal sealed class Debugging : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    public void Dispose() => _folder.Dispose();

    /// <summary>Compiles and links C, or C++ where the file is so named; skips the test without a compiler.</summary>
    public string Compile(string compiler, IEnumerable<(string File, string Text)> sources, params string[] options)
    {
        Assert.SkipUnless(LibDw.IsPresent, "needs libdw (libdw1)");
        NativeTools.Require(compiler);
        var program = Path.Combine(_folder.Path, "program");
        NativeTools.Run(compiler, [.. options, "-o", program, .. sources.Select(source => _folder.Write(source.File, source.Text))]);
        return program;
    }

    /// <summary>Compiles C without <c>main</c> to a library, and opens what it has.</summary>
    public DwarfFile Library(string text, params string[] options) =>
        Open(Compile("gcc", [("library.c", text)], ["-shared", "-fPIC", "-w", "-g", .. options]));

    public static DwarfFile Open(string path)
    {
        var file = DwarfFile.Open(path);
        Assert.NotNull(file);
        return file;
    }

    /// <summary>A struct that has to be there.</summary>
    public static StructType Struct(DwarfFile file, string name) =>
        Assert.IsType<StructType>(file.Types.Find(TypeNames.Struct, name));
}
