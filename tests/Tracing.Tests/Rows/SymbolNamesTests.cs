using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Tests.Rows;

public sealed class SymbolNamesTests
{
    [Fact]
    public void An_address_is_named_by_its_function_with_the_module()
    {
        using var symbolizer = new Recorder();
        using var names = new SymbolNames(() => symbolizer);
        Assert.Equal("outer+0x1f [libc.so.6]", names.User(7, 0x100));
        Assert.Equal("vfs_read+0x2 [kernel]", names.Kernel(0xffff));
        Assert.Equal("0x0 [unknown]", names.User(7, 0));
    }

    [Fact]
    public void Names_stay_what_they_were_when_an_address_was_first_seen_and_after_the_end()
    {
        using var symbolizer = new Recorder();
        using var names = new SymbolNames(() => symbolizer);
        Assert.Equal(names.User(7, 0x100), names.User(7, 0x100));
        Assert.Equal(1, symbolizer.Asked);
        names.Dispose();
        Assert.True(symbolizer.IsDisposed);
        Assert.Equal("outer+0x1f [libc.so.6]", names.User(7, 0x100));
        Assert.Equal("0x200 [unknown]", names.User(7, 0x200));
        names.Meet(9, "x"u8);
        Assert.Empty(symbolizer.Met);
    }

    [Fact]
    public void A_process_is_met_once_and_again_under_a_new_name()
    {
        using var symbolizer = new Recorder();
        using var names = new SymbolNames(() => symbolizer);
        names.Meet(7, "sh"u8);
        names.Meet(7, "sh"u8);
        names.Meet(8, "sh"u8);
        names.Meet(7, "curl"u8);
        Assert.Equal([7, 8, 7], symbolizer.Met);
    }

    private sealed class Recorder : ISymbolizer
    {
        public List<int> Met { get; } = [];

        public int Asked { get; private set; }

        public bool IsDisposed { get; private set; }

        public void Meet(int pid) => Met.Add(pid);

        public void ResolveUser(int pid, ulong address, bool isReturnAddress, List<ResolvedFrame> frames)
        {
            Asked++;
            if (address == 0)
            {
                frames.Add(new ResolvedFrame(Frame.Unknown, null, FrameKind.UnknownUser, null, address));
                return;
            }

            frames.Add(new ResolvedFrame("inlined", "/lib/libc.so.6", FrameKind.Inlined, null, address));
            frames.Add(new ResolvedFrame("outer", "/lib/libc.so.6", FrameKind.User, 0x1f, address));
        }

        public void ResolveKernel(ulong address, bool isReturnAddress, List<ResolvedFrame> frames) =>
            frames.Add(new ResolvedFrame("vfs_read", "kernel", FrameKind.Kernel, 2, address));

        public void Dispose() => IsDisposed = true;
    }
}
