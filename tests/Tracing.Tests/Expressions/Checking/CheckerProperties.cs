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
        var scope = RandomMembers.Scope(types);
        var (typed, rounds) = (0, 5000);
        for (var seed = 0; seed < rounds; seed++)
        {
            var text = new RandomMembers(seed, scope).Expression(3);
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
}
