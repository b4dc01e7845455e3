using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Expressions.Checking;

/// <summary>What holds for every tree, over the small kernel and over the one that runs the tests.</summary>
public sealed class CheckerProperties
{
    private static readonly string[] Scopes = ["entry", "return", "inside", "untyped", "user", "syscall", "usdt", "tracepoint", "bytes"];

    [Fact]
    public void Any_tree_gives_a_typed_tree_that_code_can_rely_on_or_mistakes()
    {
        var typed = 0;
        for (var seed = 0; seed < 20_000; seed++)
        {
            var syntax = new RandomSyntax(seed).Expression(seed % 4);
            typed += Checks(syntax, SmallKernel.Scope(Scopes[seed % Scopes.Length]), SmallKernel.Types) ? 1 : 0;
        }

        Assert.InRange(typed, 1000, 19_000);
    }

    [Fact]
    public void Expressions_over_the_members_of_a_kernels_structs_have_types()
    {
        Assert.SkipUnless(File.Exists("/sys/kernel/btf/vmlinux"), "this kernel has no BTF");
        var types = new LayeredTypes(BtfTypes.Read(File.ReadAllBytes("/sys/kernel/btf/vmlinux")), CoreTypes.Instance);
        var names = new[] { "sock", "task_struct", "file", "sk_buff", "request", "inode", "page", "net_device" };
        var parameters = names.Where(name => types.Find(TypeNames.Struct, name) is StructType)
            .Select(name => new Parameter(name[..2] + "_" + name, new PointerType(types.Find(TypeNames.Struct, name) ?? VoidType.Instance))).ToList();
        var scope = new ProbeScope { Site = ProbeSite.KernelEntry, Name = "f", Parameters = [.. parameters.Take(6)] };
        var (typed, rounds) = (0, 5000);
        for (var seed = 0; seed < rounds; seed++)
        {
            var text = new RandomMembers(seed, scope.Parameters).Expression(3);
            var syntax = ExpressionParser.Parse(text, []);
            Assert.True(syntax is not null, text);
            typed += Checks(syntax, scope, types) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{typed} of {rounds} have types, the others mistakes");
        Assert.True(typed > rounds / 2, $"{typed}");
    }

    private static bool Checks(ExpressionSyntax syntax, ProbeScope scope, ITypeSource types)
    {
        var diagnostics = new List<Diagnostic>();
        var value = Checker.Value(syntax, scope, types, diagnostics);
        Assert.True(value is null == diagnostics.Count > 0, $"{syntax}: {value}");
        return value is not null && TypedInvariants.Check(value) > 0;
    }

    /// <summary>Paths along members, with some arithmetic around them.</summary>
    private sealed class RandomMembers(int seed, IReadOnlyList<Parameter> parameters)
    {
        private readonly Random _random = new(seed);

        public string Expression(int depth) => depth == 0 ? Path() : _random.Next(8) switch
        {
            0 => $"({Expression(depth - 1)} {Any("+", "-", "*", "&", "|", ">>")} {_random.Next(1, 31)})",
            1 => $"({Expression(depth - 1)} {Any("==", "!=", "<", ">")} {Expression(depth - 1)})",
            2 => $"({Expression(depth - 1)} {Any("&&", "||")} {Expression(depth - 1)})",
            3 => $"(({Any("int", "u8", "long", "void *")}){Expression(depth - 1)})",
            4 => $"{Any("!", "~", "-", "&", "*")}{Path()}",
            _ => Path(),
        };

        private string Path()
        {
            var parameter = parameters[_random.Next(parameters.Count)];
            var (text, type) = (parameter.Name, parameter.Type);
            for (var steps = _random.Next(1, 5); steps > 0; steps--)
            {
                var arrow = type.Unaliased is PointerType ? "->" : ".";
                var record = (type.Unaliased is PointerType pointer ? pointer.Target : type).Unaliased as StructType;
                var members = record?.NamedMembers.ToList();
                if (members is null or [])
                {
                    break;
                }

                var member = members[_random.Next(members.Count)];
                (text, type) = ($"{text}{arrow}{member.Name}", member.Type);
            }

            return type.Unaliased is ArrayType { Count: > 0 } array ? $"{text}[{_random.Next(array.Count)}]" : text;
        }

        private string Any(params string[] values) => values[_random.Next(values.Length)];
    }
}
