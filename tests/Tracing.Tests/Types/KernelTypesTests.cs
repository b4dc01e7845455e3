using System.Diagnostics;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Types;

/// <summary>The types of the kernel that runs the tests.</summary>
public sealed class KernelTypesTests
{
    private const string Path = "/sys/kernel/btf/vmlinux";

    [Fact]
    public void The_index_of_a_kernel_is_made_in_no_time_and_little_memory()
    {
        var bytes = Bytes();
        BtfTypes.Read(bytes);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        var types = BtfTypes.Read(bytes);
        var index = Stopwatch.GetElapsedTime(start);
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;

        start = Stopwatch.GetTimestamp();
        Assert.NotNull(types.FindConstant("TASK_COMM_LEN"));
        Assert.Null(types.FindConstant("NO_SUCH_CONSTANT"));
        var constant = Stopwatch.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{types.Count} types of {bytes.Length} bytes: index {index.TotalMilliseconds:f1} ms, {memory / 1024} KiB; "
            + $"two constants {constant.TotalMilliseconds:f1} ms");
        Assert.True(memory < bytes.Length, $"{memory} bytes for the index of {bytes.Length}");
        GC.KeepAlive(types);
    }

    [Fact]
    public void Structs_functions_and_constants_of_the_kernel_are_there()
    {
        var types = BtfTypes.Read(Bytes());
        var sock = Assert.IsType<StructType>(types.Find(TypeNames.Struct, "sock"));
        var common = Assert.IsType<StructType>(sock.Find("__sk_common")?.Type);
        Assert.Equal((0, "__be32"), (common.Find("skc_daddr")?.BitOffset, common.Find("skc_daddr")?.Type.ToString()));
        Assert.Equal((96, "__be16"), (common.Find("skc_dport")?.BitOffset, common.Find("skc_dport")?.Type.ToString()));
        Assert.Equal(16, Assert.IsType<StructType>(types.Find(TypeNames.Struct, "task_struct")).Find("comm")?.Type.Size);
        var connect = Assert.IsType<FunctionType>(types.Find(TypeNames.Function, "tcp_v4_connect"));
        Assert.Equal(("sk", "struct sock *"), (connect.Parameters[0].Name, connect.Parameters[0].Type.ToString()));
        Assert.Equal(6, types.FindConstant("IPPROTO_TCP")?.Constant.Value);
    }

    [Fact]
    public void Every_type_of_the_kernel_can_be_built()
    {
        var types = BtfTypes.Read(Bytes());
        foreach (var space in Enum.GetValues<TypeNames>())
        {
            Assert.All(types.Names(space).Distinct(), name => Assert.NotNull(types.Find(space, name)));
        }

        foreach (var name in types.Names(TypeNames.Struct).Distinct())
        {
            if (types.Find(TypeNames.Struct, name) is StructType record)
            {
                Assert.All(record.NamedMembers, member => Assert.InRange(member.BitOffset + member.BitSize, 0, 8 * record.Size));
            }
        }
    }

    private static byte[] Bytes()
    {
        Assert.SkipUnless(File.Exists(Path), "this kernel has no BTF");
        return File.ReadAllBytes(Path);
    }
}
