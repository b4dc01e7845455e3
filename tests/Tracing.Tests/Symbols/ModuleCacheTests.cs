using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Tests.Symbols;

public sealed class ModuleCacheTests
{
    [Fact]
    public void What_was_unused_for_longest_is_forgotten_once_there_is_too_much()
    {
        var size = Load().SizeInBytes;
        var cache = new ModuleCache((2 * size) + 1);
        var loads = new List<ulong>();
        foreach (var file in new ulong[] { 1, 2, 1, 3, 1, 2 })
        {
            cache.Get(new FileIdentity(1, file, 1, 1, 1, 0x81a4), () =>
            {
                loads.Add(file);
                return Load();
            });
            Assert.InRange(cache.Bytes, size, 2 * size);
        }

        Assert.Equal([1, 2, 3, 2], loads);
    }

    [Fact]
    public void One_file_larger_than_the_limit_is_kept_while_it_is_the_last()
    {
        var cache = new ModuleCache(1);
        var first = cache.Get(default, Load);
        Assert.Same(first, cache.Get(default, () => throw new InvalidOperationException("loaded twice")));
    }

    [Fact]
    public void Many_threads_that_want_one_file_load_it_once()
    {
        var cache = new ModuleCache(1 << 20);
        var loads = 0;
        Parallel.For(0, 100, _ => cache.Get(default, () =>
        {
            Interlocked.Increment(ref loads);
            return Load();
        }));
        Assert.Equal(1, loads);
    }

    private static ElfModule Load() => ElfModule.None("it is a test");
}
