using System.Buffers.Binary;
using System.Text;
using BpfDashboard.Tracing.Btf;

namespace BpfDashboard.Tracing.Tests.Btf;

public sealed class BtfFunctionsTests
{
    private static readonly byte[] Small = Build(
        [
            [Name("int"), Kind(1), 4, 0x20], // INT
            [Name("pair"), Kind(4, 2), 8, Name("int"), 1, 0, Name("int"), 1, 32], // STRUCT
            [0, Kind(13, 1), 1, Name("pair"), 2], // FUNC_PROTO
            [Name("vfs_read"), Kind(12), 3], // FUNC
            [Name("colour"), Kind(6, 1), 4, Name("int"), 7], // ENUM
            [0, Kind(3), 0, 1, 1, 16], // ARRAY
            [Name("vfs_write"), Kind(12, 1), 3],
        ]);

    [Fact]
    public void The_names_of_functions_are_found_among_all_types() =>
        Assert.Equal(["vfs_read", "vfs_write"], BtfFunctions.Read(Small).Order());

    [Fact]
    public void What_is_no_btf_is_refused()
    {
        Assert.Throws<FormatException>(() => BtfFunctions.Read([]));
        Assert.Throws<FormatException>(() => BtfFunctions.Read(new byte[64]));
    }

    [Fact]
    public void Damage_is_found_wherever_it_is()
    {
        for (var length = 0; length < Small.Length; length++)
        {
            Assert.Throws<FormatException>(() => BtfFunctions.Read(Small.AsSpan(0, length)));
        }

        var random = new Random(1);
        for (var round = 0; round < 5000; round++)
        {
            var damaged = Small.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                BtfFunctions.Read(damaged);
            }
            catch (FormatException)
            {
                // The one exception it may throw.
            }
        }
    }

    [Fact]
    public void The_kernel_of_this_machine_has_tens_of_thousands()
    {
        const string Path = "/sys/kernel/btf/vmlinux";
        Assert.SkipUnless(File.Exists(Path), "this kernel has no BTF");
        var bytes = File.ReadAllBytes(Path);
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var names = BtfFunctions.Read(bytes);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{names.Count} functions of {bytes.Length} bytes in {System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds:f1} ms");
        Assert.True(names.Count > 10_000);
        Assert.Contains("vfs_read", names);
    }

    private const string Strings = "\0int\0pair\0vfs_read\0colour\0vfs_write\0";

    private static uint Name(string name) => (uint)Strings.IndexOf($"\0{name}\0", StringComparison.Ordinal) + 1;

    private static uint Kind(uint kind, uint count = 0) => kind << 24 | count;

    private static byte[] Build(uint[][] types)
    {
        var words = types.SelectMany(type => type).ToArray();
        var bytes = new byte[24 + (words.Length * 4) + Strings.Length];
        uint[] header = [0x0001eb9f, 24, 0, (uint)words.Length * 4, (uint)words.Length * 4, (uint)Strings.Length];
        for (var i = 0; i < header.Length + words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), i < 6 ? header[i] : words[i - 6]);
        }

        Encoding.UTF8.GetBytes(Strings, bytes.AsSpan(24 + (words.Length * 4)));
        return bytes;
    }
}
