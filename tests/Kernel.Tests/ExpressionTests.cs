using System.Globalization;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Tests.Expressions;
using BpfDashboard.Tracing.Tests.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Expressions in the kernel give what the same expressions give in a C program.</summary>
public sealed unsafe class ExpressionTests
{
    private static readonly ProbeScope Untyped = new() { Site = ProbeSite.UserEntry, Name = "f" };

    private static readonly ulong[][] Arguments =
    [
        [0, 1, 2, 3, 4, 5],
        [ulong.MaxValue, 0x8000000000000000, 0x7fffffffffffffff, 0xffffffff, 0x80000000, 0x7fffffff],
        [0x123456789abcdef0, 0xfedcba9876543210, 255, 256, 65535, 65536],
    ];

    [Fact]
    public void Whatever_is_computed_is_what_C_computes()
    {
        var generator = new Texts(11);
        var cases = new List<(string Text, string Result)>();
        while (cases.Count < 2000)
        {
            var text = generator.Expression(3);
            if (Check(text) is { } typed)
            {
                using var program = new TestRun(typed);
                cases.Add((text, string.Join(' ', Arguments.Select(arguments => $"{program.Run(arguments)}"))));
            }
        }

        var values = string.Join(',', Arguments.Select(arguments => $"{{{string.Join(',', arguments.Select(it => $"{it}ull"))}}}"));
        var expected = CProgram.Run(
            $"static const u64 a[3][6] = {{{values}}};\n#define S(e) for (int i = 0; i < 3; i++) {{ u64 arg1 = a[i][0], arg2 = a[i][1], arg3 = a[i][2], arg4 = a[i][3], arg5 = a[i][4], arg6 = a[i][5]; printf(i < 2 ? \"%lld \" : \"%lld\\n\", (long long)(e)); }}",
            cases.Select(it => $"S({it.Text})"));
        Assert.Equal(cases.Count, expected.Count);
        Assert.All(cases.Zip(expected), pair => Assert.Equal($"{pair.First.Text} = {pair.Second}", $"{pair.First.Text} = {pair.First.Result}"));
    }

    [Theory]
    [InlineData("*(int *)arg1", -2)]
    [InlineData("*(unsigned char *)arg1", 254)]
    [InlineData("*(short *)(arg1 + 4)", 0x4241)]
    [InlineData("((u64 *)arg1)[1]", 0x1122334455667788)]
    [InlineData("ntohl(*(u32 *)(arg1 + 8))", 0x88776655)]
    [InlineData("ntohs(*(u16 *)(arg1 + 8))", 0x8877)]
    [InlineData("(char *)(arg1 + 4) == \"ABCDEFGH\"", 0)]
    [InlineData("(char *)(arg1 + 16) == \"/etc/passwd\"", 1)]
    [InlineData("(char *)(arg1 + 16) == \"/etc/passw\"", 0)]
    [InlineData("(char *)(arg1 + 16) == \"/etc/passwds\"", 0)]
    [InlineData("(char *)(arg1 + 16) != \"/etc/passwd\"", 0)]
    [InlineData("(char *)(arg1 + 16) startswith \"/etc/\"", 1)]
    [InlineData("(char *)(arg1 + 16) startswith \"/etc/passwd\"", 1)]
    [InlineData("(char *)(arg1 + 16) startswith \"/etc/passwds\"", 0)]
    [InlineData("(char *)(arg1 + 16) startswith \"etc\"", 0)]
    [InlineData("(char *)(arg1 + 16) contains \"pass\"", 1)]
    [InlineData("(char *)(arg1 + 16) contains \"passwd\"", 1)]
    [InlineData("(char *)(arg1 + 16) contains \"passwds\"", 0)]
    [InlineData("(char *)(arg1 + 16) contains \"/\"", 1)]
    [InlineData("STRCMP(\"/etc\", (char *)(arg1 + 16))", 1)]
    [InlineData("(char *)(arg1 + 16) == (char *)(arg1 + 16)", 1)]
    [InlineData("(char *)(arg1 + 16) == (char *)(arg1 + 17)", 0)]
    [InlineData("(char *)0 == \"\"", 0)]
    public void Memory_of_the_process_is_read(string text, long value)
    {
        var memory = stackalloc byte[64];
        *(int*)memory = -2;
        "ABCD"u8.CopyTo(new Span<byte>(memory + 4, 4));
        *(ulong*)(memory + 8) = 0x1122334455667788;
        "/etc/passwd\0"u8.CopyTo(new Span<byte>(memory + 16, 12));
        using var program = new TestRun(Checked(text, Untyped, CoreTypes.Instance));
        Assert.Equal(value, program.Run((ulong)memory));
    }

    [Theory]
    [InlineData("*(int *)arg1")]
    [InlineData("*(int *)arg1 == 0 || 1")]
    [InlineData("5 / arg1")]
    [InlineData("(int)5 % (int)arg1")]
    public void What_cannot_be_read_or_divided_is_a_fault(string text)
    {
        using var program = new TestRun(Checked(text, Untyped, CoreTypes.Instance));
        Assert.Null(program.Run(0));
    }

    [Fact]
    public void What_decides_is_looked_at_first_and_the_rest_not_at_all()
    {
        using var program = new TestRun(Checked("arg1 && *(int *)arg1 == 7 ? 1 : arg2 || *(int *)8 ? 2 : 3", Untyped, CoreTypes.Instance));
        var seven = 7;
        Assert.Equal(1, program.Run((ulong)&seven));
        Assert.Equal(2, program.Run(0, 1));
        Assert.Null(program.Run(0, 0));
    }

    [Fact]
    public void Members_of_the_kernels_structs_are_read_by_its_own_types()
    {
        var types = KernelTypes();
        Assert.Equal(Environment.ProcessId, Value("$task->tgid"));
        Assert.Equal(1, Value("$task->tgid == $tgid && $task->pid == $pid && $task->group_leader->pid == $tgid"));
        Assert.Equal(1, Value("$task->comm == $comm"));
        Assert.Equal(0, Value("$uid"));
        Assert.Equal(1, Value("$task->mm->mm_users.counter > 0 && $nsecs > 0 && $cpu < 4096"));
        Assert.Equal(1, Value("$task->real_parent->tgid == $task->parent->tgid"));

        long? Value(string text)
        {
            using var program = new TestRun(Checked(text, Untyped, types));
            return program.Run(0);
        }
    }

    [Theory]
    [InlineData("*(int *)arg1")]
    [InlineData("((struct task_struct *)arg1)->tgid")]
    [InlineData("(char *)arg1 startswith \"\" ? *(char *)arg1 : *(char *)arg1")]
    public void What_a_process_says_is_no_address_of_the_kernel(string text)
    {
        var types = KernelTypes();
        using var task = new TestRun(Checked("(u64)$task", Untyped, types));
        using var program = new TestRun(Checked(text, Untyped, types));
        var address = (ulong)(task.Run(0) ?? 0);
        Assert.InRange(address, 1ul << 63, ulong.MaxValue);
        Assert.Null(program.Run(address));
    }

    /// <summary>More of them with EXPRESSIONS=100000.</summary>
    [Fact]
    public void Whatever_has_a_type_passes_the_verifier()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("EXPRESSIONS") ?? "2000", CultureInfo.InvariantCulture);
        var types = KernelTypes();
        var scope = RandomMembers.Scope(types);
        var loaded = 0;
        for (var seed = 0; loaded < rounds; seed++)
        {
            var text = new RandomMembers(seed, scope).Expression(1 + (seed % 4));
            var diagnostics = new List<Diagnostic>();
            if (ExpressionParser.Parse(text, diagnostics) is { } syntax
                && Checker.Condition(syntax, scope, types, diagnostics) is { } typed)
            {
                using var program = new TestRun(typed);
                loaded++;

                // Nothing of the kernel lies at these addresses, so every read is a fault, and none is more than that.
                program.Run(0, 8, 16, 24, 32, 40);
            }
            else
            {
                Assert.NotEmpty(diagnostics);
            }
        }
    }

    private static LayeredTypes KernelTypes()
    {
        const string file = "/sys/kernel/btf/vmlinux";
        Assert.SkipUnless(File.Exists(file), "this kernel has no BTF");
        return new LayeredTypes(BtfTypes.Read(File.ReadAllBytes(file)), CoreTypes.Instance);
    }

    private static TypedExpression Checked(string text, ProbeScope scope, ITypeSource types)
    {
        var diagnostics = new List<Diagnostic>();
        var syntax = ExpressionParser.Parse(text, diagnostics);
        var typed = syntax is null ? null : Checker.Condition(syntax, scope, types, diagnostics);
        Assert.True(typed is not null, string.Join('\n', diagnostics.Select(diagnostic => diagnostic.Render(text))));
        return typed;
    }

    private static TypedExpression? Check(string text) =>
        ExpressionParser.Parse(text, []) is { } syntax ? Checker.Condition(syntax, Untyped, CoreTypes.Instance, []) : null;

    /// <summary>Expressions of arguments, all of whose results C defines with -fwrapv on x86-64.</summary>
    private sealed class Texts(int seed)
    {
        private static readonly string[] Types =
            ["int", "u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64", "unsigned long", "char", "bool", "long long"];

        private readonly Random _random = new(seed);

        public string Expression(int depth) => depth == 0 ? Leaf() : _random.Next(12) switch
        {
            0 => Leaf(),
            1 => $"({Any("-", "~", "!", "+")}({Expression(depth - 1)}))",
            2 or 3 => $"(({Any(Types)})({Expression(depth - 1)}))",
            4 => $"({Expression(depth - 1)} ? {Expression(depth - 1)} : {Expression(depth - 1)})",
            5 => $"({Expression(depth - 1)} {Any("/", "%")} (({Expression(depth - 1)} & 0xff) + 1))",
            6 => $"({Expression(depth - 1)} {Any("/", "%")} -{_random.Next(2, 1000)})",
            7 => $"({Expression(depth - 1)} {Any("<<", ">>")} ({Leaf()} & 31))",
            8 => $"({Expression(depth - 1)} {Any("&&", "||")} {Expression(depth - 1)})",
            9 => $"({Expression(depth - 1)} {Any("<", "<=", ">", ">=", "==", "!=")} {Expression(depth - 1)})",
            _ => $"({Expression(depth - 1)} {Any("+", "-", "*", "&", "|", "^")} {Expression(depth - 1)})",
        };

        private string Leaf() => _random.Next(4) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{_random.Next(200)}{Any("", "u", "l", "ul")}"),
            1 => string.Create(CultureInfo.InvariantCulture, $"0x{_random.NextInt64() >> _random.Next(60):x}"),
            2 => $"(({Any(Types)})arg{_random.Next(1, 7)})",
            _ => $"arg{_random.Next(1, 7)}",
        };

        private string Any(params string[] values) => values[_random.Next(values.Length)];
    }
}
