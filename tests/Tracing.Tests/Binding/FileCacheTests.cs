using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Tests.Binding;

public sealed class FileCacheTests
{
    [Fact]
    public void What_was_unused_for_longest_is_forgotten_once_there_is_too_much()
    {
        var cache = new FileCache<string>(21, text => text.Length);
        var reads = new List<ulong>();
        foreach (var file in new ulong[] { 1, 2, 1, 3, 1, 2 })
        {
            cache.Get(new FileIdentity(1, file, 1, 1, 1, 0x81a4), () =>
            {
                reads.Add(file);
                return "ten bytes.";
            });
            Assert.InRange(cache.Size, 10, 20);
        }

        Assert.Equal([1, 2, 3, 2], reads);
    }

    [Fact]
    public void One_file_larger_than_the_limit_is_kept_while_it_is_the_last()
    {
        var cache = new FileCache<string>(1, text => text.Length);
        var first = cache.Get(default, () => "longer");
        Assert.Same(first, cache.Get(default, () => throw new InvalidOperationException("read twice")));
    }

    [Fact]
    public void Many_threads_that_want_one_file_read_it_once()
    {
        var cache = new FileCache<string>(100, text => text.Length);
        var reads = 0;
        Parallel.For(0, 100, _ => cache.Get(default, () => $"read {Interlocked.Increment(ref reads)}"));
        Assert.Equal(1, reads);
    }

    [Fact]
    public void A_file_is_read_once_whatever_its_names_and_again_when_it_has_changed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("library", "");
        var link = File.CreateSymbolicLink($"{folder.Path}/link", path).FullName;
        var cache = new FileCache<string>(100, text => text.Length);
        var reads = 0;
        string Read(string name) => cache.Get(FileIdentity.Of(name)!.Value, () => $"read {++reads}");
        Assert.Equal("read 1", Read(path));
        Assert.Equal("read 1", Read(link));
        File.WriteAllText(path, "longer");
        Assert.Equal("read 2", Read(path));
    }

    [Fact]
    public void A_failure_to_read_is_not_remembered()
    {
        var cache = new FileCache<string>(100, text => text.Length);
        Assert.Throws<BinaryFormatException>(() => cache.Get(default, () => throw new BinaryFormatException("broken")));
        Assert.Equal("mended", cache.Get(default, () => "mended"));
        Assert.Equal(6, cache.Size);
    }
}
