using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Tests.Elf;

namespace BpfDashboard.Tracing.Tests.Symbols;

/// <summary>Real programs, compiled by the test, whose addresses they tell themselves.</summary>
public sealed class ElfSymbolizerTests
{
    private const string Program = Target.Prelude + """
        static int __attribute__((noinline)) inner(int x) { __asm__ volatile(""); return x + 1; }
        int __attribute__((noinline)) outer(int x) { return inner(x) * 2; }
        int main(void) { SAY(inner); SAY(outer); SAY(main); SAY(puts); READY(); return outer(1) == 17; }
        """;

    [Theory]
    [InlineData("-pie", "-fPIE")]
    [InlineData("-no-pie", "-fno-pie")]
    [InlineData("-static", "-fno-pie")]
    [InlineData("-static-pie", "-fPIE")]
    [InlineData("-pie", "-fPIE", "-Wl,-z,noseparate-code")]
    [InlineData("-no-pie", "-fno-pie", "-Wl,-Ttext-segment=0x10000000")]
    public void A_function_is_named_however_its_program_was_linked(params string[] options)
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program, options);
        using var target = Target.Start(path);
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        symbolizer.Meet(target.Pid);
        foreach (var name in new[] { "inner", "outer", "main" })
        {
            var address = target.Addresses[name];
            Assert.Equal([new(name, path, FrameKind.User, 0, address)], symbolizer.User(target.Pid, address));
            Assert.Equal([new(name, path, FrameKind.User, 3, address + 3)], symbolizer.User(target.Pid, address + 3));
        }
    }

    [Fact]
    public void A_return_address_belongs_to_the_call_before_it()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program);
        using var target = Target.Start(path);
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        var frame = Assert.Single(symbolizer.User(target.Pid, target.Addresses["outer"], isReturnAddress: true));
        Assert.Equal(("inner", target.Addresses["outer"] - target.Addresses["inner"]), (frame.Name, frame.Offset));
        frame = Assert.Single(symbolizer.User(target.Pid, target.Addresses["outer"] + 5, isReturnAddress: true));
        Assert.Equal(("outer", 5ul), (frame.Name, frame.Offset));
    }

    [Fact]
    public void Functions_of_libraries_are_named_by_their_public_names()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        using var target = Target.Start(NativeTools.Compile(folder, "program", Program));
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        var frame = Assert.Single(symbolizer.User(target.Pid, target.Addresses["puts"] + 1));
        Assert.Equal(("puts", FrameKind.User, 1ul), (frame.Name, frame.Kind, frame.Offset));
        Assert.EndsWith("/libc.so.6", frame.Module);
    }
}
