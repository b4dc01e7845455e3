using BpfDashboard.Tracing.Btf;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Tests.Types;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Expressions.Checking;

/// <summary>A kernel of a few types, and a probe of each kind in it.</summary>
internal static class SmallKernel
{
    public static ITypeSource Types { get; } = new LayeredTypes(BtfTypes.Read(Btf()), CoreTypes.Instance);

    /// <summary>The scope of a name in the case files.</summary>
    public static ProbeScope Scope(string name) => name switch
    {
        "entry" => new() { Site = ProbeSite.KernelEntry, Name = "f", Parameters = Function("f").Parameters },
        "return" => new() { Site = ProbeSite.KernelReturn, Name = "f", Parameters = Function("f").Parameters, Returns = Function("f").Returns },
        "void" => new() { Site = ProbeSite.KernelReturn, Name = "g", Parameters = [], Returns = VoidType.Instance },
        "inside" => new() { Site = ProbeSite.KernelInside, Name = "f", Parameters = Function("f").Parameters },
        "one" => new() { Site = ProbeSite.KernelEntry, Name = "g", Parameters = Signature("(int a)"), HasAllParameters = true },
        "untyped" => new() { Site = ProbeSite.UserEntry, Name = "malloc" },
        "untyped-return" => new() { Site = ProbeSite.UserReturn, Name = "malloc" },
        "user" => new() { Site = ProbeSite.UserEntry, Name = "open", Parameters = Signature("(char *name, struct timespec *ts, int fd)") },
        "syscall" => new() { Site = ProbeSite.KernelEntry, Name = "__x64_sys_read", IsSystemCall = true, Parameters = Signature("(unsigned int fd, char *buf, size_t count)") },
        "stack" => new() { Site = ProbeSite.KernelEntry, Name = "h", Parameters = Signature("(int a, int b, int c, int d, int e, int f, int g)") },
        "bytes" => new() { Site = ProbeSite.KernelEntry, Name = "f", Parameters = Function("f").Parameters, ComparesBytes = true },
        "usdt" => new() { Site = ProbeSite.Usdt, Name = "gc", UsdtArguments = [CoreTypes.Int, CoreTypes.Named("u64")] },
        "tracepoint" => new() { Site = ProbeSite.Tracepoint, Name = "sched:sched_switch", Fields = Fields() },
        _ => throw new ArgumentException($"no scope is named {name}", nameof(name)),
    };

    private static IReadOnlyList<RecordField> Fields() =>
    [
        new("prev_comm", new ArrayType(CoreTypes.Char, 16), 8),
        new("prev_pid", CoreTypes.Named("pid_t"), 24),
        new("prev_state", CoreTypes.Long, 32),
        new("name", new ArrayType(CoreTypes.Char, 0), 40, FieldLocation.Dynamic),
        new("relative", new ArrayType(CoreTypes.Char, 0), 44, FieldLocation.RelativeDynamic),
    ];

    private static FunctionType Function(string name) => (FunctionType)Types.Find(TypeNames.Function, name)!; // in the BTF below

    private static IReadOnlyList<Parameter> Signature(string text)
    {
        var reader = ExpressionParser.Reader(SourceText.Of(text), [])!; // the texts are right
        return new TypeResolver(Types, []).Resolve(new TypeParser(reader).Parameters())!; // likewise
    }

    private static byte[] Btf()
    {
        var btf = new BtfBuilder();
        var character = btf.Int("char", 1);
        var number = btf.Int("int", 4);
        var word = btf.Int("unsigned int", 4, 0);
        var wide = btf.Int("long long unsigned int", 8, 0);
        var half = btf.Int("short unsigned int", 2, 0);
        var octet = btf.Int("unsigned char", 1, 0);
        var real = btf.Add(BtfKind.Float, "double", 0, 8);
        var huge = btf.Int("__int128", 16);
        var be32 = btf.Of(BtfKind.Typedef, word, "__be32");
        var be16 = btf.Of(BtfKind.Typedef, half, "__be16");
        var in6 = btf.Struct("in6_addr", 16, ("in6_u", btf.Record(BtfKind.Union, "", 16, false, ("u6_addr8", btf.Array(octet, 16), 0)), 0));
        var common = btf.Struct("sock_common", 32,
            ("skc_daddr", be32, 0), ("skc_rcv_saddr", be32, 32), ("skc_dport", be16, 96), ("skc_num", half, 112), ("skc_v6_daddr", in6, 128));
        var state = btf.Enum("state", false, ("TCP_ESTABLISHED", 1), ("TCP_SYN_SENT", 2));
        var text = btf.Of(BtfKind.Pointer, character);
        var userText = btf.Of(BtfKind.Pointer, btf.Of(BtfKind.TypeTag, character, "user"));
        var perCpu = btf.Of(BtfKind.Pointer, btf.Of(BtfKind.TypeTag, wide, "percpu"));
        var opaque = btf.Of(BtfKind.Pointer, btf.Forward("hidden"));
        var flags = btf.Record(BtfKind.Struct, "", 16, true, ("a", word, 3 << 24 | 0), ("b", number, 5 << 24 | 3), ("across", wide, 62 << 24 | 5), ("late", wide, 8 << 24 | 67));
        var (name, list, tail) = (btf.Array(character, 16), btf.Array(number, 4), btf.Array(octet, 0));
        var call = btf.Of(BtfKind.Pointer, btf.Prototype(number, ("x", number)));
        var next = btf.Of(BtfKind.Pointer, btf.Next + 1);
        var sock = btf.Record(BtfKind.Struct, "sock", 184, false,
            ("__sk_common", common, 0), ("sk_state", state, 256), ("sk_name", name, 288), ("sk_label", text, 448),
            ("sk_buffer", userText, 512), ("sk_counter", perCpu, 576), ("sk_next", next, 640), ("", flags, 704),
            ("sk_list", list, 832), ("sk_hidden", opaque, 960), ("sk_real", real, 1024), ("sk_huge", huge, 1088),
            ("sk_call", call, 1216), ("sk_tail", tail, 1280));
        var sockPointer = btf.Of(BtfKind.Pointer, sock);
        btf.Function("f", number, ("sk", sockPointer), ("size", wide), ("name", text), ("level", number), ("mask", half), ("data", btf.Of(BtfKind.Pointer, 0)));
        btf.Struct("task_struct", 32, ("pid", number, 0), ("comm", btf.Array(character, 16), 32), ("sk", sockPointer, 192));
        return btf.Build();
    }
}
