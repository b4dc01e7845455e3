using BpfDashboard.Tracing.Binding.Kinds;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding;

/// <summary>From the names of a command to facts of this kernel: the second stage of the pipeline.</summary>
public static class Binder
{
    /// <summary>Most kernel and user functions that one session probes, unless told otherwise.</summary>
    public const int DefaultMaxFunctions = 20_000;

    /// <summary>
    /// Binds a command. Returns null when it added to <paramref name="diagnostics"/>, or when the command only asks
    /// for help.
    /// </summary>
    public static BoundSpec? Bind(
        CommandSyntax syntax,
        IKernelCatalog kernel,
        List<Diagnostic> diagnostics,
        int maxFunctions = DefaultMaxFunctions)
    {
        if (syntax.Has(OptionId.Help))
        {
            return null;
        }

        var before = diagnostics.Count;
        var options = OptionBinder.Bind(syntax, kernel, diagnostics);
        var spec = new SpecInProgress(kernel, options.Pid, maxFunctions, diagnostics)
        {
            ComparesBytes = syntax.Has(OptionId.BinaryCompare),
            CountsStacks = options.Stacks is not null,
            Rows = options.Rows ?? new RowOptions(),
            Distributions = options.Distributions ?? new DistributionOptions(),
            Buckets = DistributionBinder.Buckets(syntax),
            MoreNames = options.Distributions is null ? new Dictionary<string, Builtin>() : DistributionBinder.Names,
        };
        foreach (var probe in syntax.Probes)
        {
            spec.BeginProbe();
            BindProbe(probe, spec);
        }

        Explain(syntax, spec);
        return diagnostics.Count == before ? spec.Finish(syntax, options) : null;
    }

    /// <summary>Options of BCC that are accepted, but have nothing to do here.</summary>
    private static void Explain(CommandSyntax syntax, SpecInProgress spec)
    {
        foreach (var (option, why) in new[]
        {
            (OptionId.Include, "-I is not needed: types come from the kernel itself"),
            (OptionId.SymbolFiles, "-s is not needed: symbols are read of every file that is mapped, when it is first seen"),
            (OptionId.BufferPages, "-b is not needed: there is one buffer for all probes, of 16 MiB"),
        })
        {
            if (syntax.Has(option))
            {
                spec.Note(why);
            }
        }
    }

    /// <summary>One file per kind in the folder <c>Kinds</c>.</summary>
    internal static void BindProbe(ProbeSyntax probe, SpecInProgress spec)
    {
        switch (probe)
        {
            case KernelFunctionSyntax function:
                KernelFunctionBinder.Bind(function, spec);
                break;
            case UserFunctionSyntax function:
                UserFunctionBinder.Bind(function, spec);
                break;
            case TracepointSyntax tracepoint:
                TracepointBinder.Bind(tracepoint, spec);
                break;
            case UsdtSyntax usdt:
                UsdtBinder.Bind(usdt, spec);
                break;
            case TraceProbeSyntax conditional when spec.CountsStacks:
                TraceBinder.Bind(conditional, spec, new StackEventBinder(conditional, spec));
                break;
            case TraceProbeSyntax traced:
                TraceBinder.Bind(traced, spec);
                break;
            case SpecifierSyntax specifier:
                DistributionBinder.Bind(specifier, spec);
                break;
            case ProfileSyntax profile:
                ProfileBinder.Bind(profile, spec);
                break;
            default:
                throw new ArgumentException($"no binder for {probe.GetType().Name}", nameof(probe));
        }
    }
}
