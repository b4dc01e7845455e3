using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;
using TraceTool = BpfDashboard.Tracing.Specs.Tools.Trace;

namespace BpfDashboard.Tracing.Tests.Specs.Trace;

/// <summary>The lines of the corpus over the types of the kernel that runs the tests.</summary>
public sealed class TraceCorpusTests
{
    private static readonly Lazy<ITypeSource?> Kernel = new(() => File.Exists("/sys/kernel/btf/vmlinux")
        ? new LayeredTypes(BtfTypes.Read(File.ReadAllBytes("/sys/kernel/btf/vmlinux")), CoreTypes.Instance)
        : null);

    public static TheoryData<string> Lines =>
        [.. Golden.Corpus("TR-", lines: 46).Select(line => line.Name).Where(name => name is not ("TR-11" or "TR-46"))];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Predicate_and_values_of_a_line_have_types(string name)
    {
        Assert.SkipWhen(Kernel.Value is null, "this kernel has no BTF");
        var text = Golden.Input(name);
        var diagnostics = new List<Diagnostic>();
        var command = Parser.Parse(text, [.. ToolDefinitions.All, TraceTool.Definition], diagnostics);
        Assert.NotNull(command);
        foreach (var probe in command.Probes.OfType<TraceProbeSyntax>())
        {
            var scope = Scope(probe, Kernel.Value, command.Has(OptionId.BinaryCompare), diagnostics);
            Assert.True(probe.Predicate is null || Checker.Condition(probe.Predicate, scope, Kernel.Value, diagnostics) is not null, Messages(text, diagnostics));
            Assert.True(probe.Format is null || new FormatChecker(scope, Kernel.Value, diagnostics).Check(probe.Format, probe.Values) is not null, Messages(text, diagnostics));
        }
    }

    private static ProbeScope Scope(TraceProbeSyntax probe, ITypeSource types, bool comparesBytes, List<Diagnostic> diagnostics)
    {
        var function = types.Find(TypeNames.Function, probe.Pattern.Text) as FunctionType;
        var isKernel = probe.Place is KernelFunctionSyntax;
        var signature = probe.Signature is null ? null : new TypeResolver(types, diagnostics).Resolve(probe.Signature);
        return new()
        {
            Name = probe.Pattern.Text,
            Site = (probe.Place, probe.IsReturn, probe.Offset) switch
            {
                (TracepointSyntax, _, _) => ProbeSite.Tracepoint,
                (UsdtSyntax, _, _) => ProbeSite.Usdt,
                (_, _, not null) => isKernel ? ProbeSite.KernelInside : ProbeSite.UserInside,
                (_, true, _) => isKernel ? ProbeSite.KernelReturn : ProbeSite.UserReturn,
                _ => isKernel ? ProbeSite.KernelEntry : ProbeSite.UserEntry,
            },
            Parameters = signature ?? (isKernel ? function?.Parameters : null),
            Returns = isKernel ? function?.Returns : null,
            Fields = [new("nr_sector", CoreTypes.UnsignedInt, 24), new("prev_state", CoreTypes.Long, 32)],
            ComparesBytes = comparesBytes,
        };
    }

    private static string Messages(string text, List<Diagnostic> diagnostics) =>
        string.Concat(diagnostics.Select(diagnostic => diagnostic.Render(text)));
}
