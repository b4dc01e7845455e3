namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// Where the tracer's own list of functions cannot be read, BTF says of some symbols that they are no functions of C,
/// which is what probes enter: pieces of assembly, tables and tracepoint data that kallsyms lists among the text.
/// </summary>
/// <remarks>
/// What is kept would rather be refused when it is attached than be missing, so BTF is believed only where it can
/// know. It has one entry for a name, and newer ones leave out names that several functions have; names with a dot
/// (<c>.isra.0</c>, <c>.constprop.0</c>) are the compiler's copies of functions it has under the plain name, or not
/// at all. Newer BTF also leaves out some functions whose name is unique; the padding in front of them tells those
/// (Rust's are padded too, but have no entry hook). Measured against <c>available_filter_functions</c> in docs/adr/0005.
/// </remarks>
internal static class BtfExclusion
{
    private const string NotC = "BTF does not know it as a function: it is data, or written in assembly";
    private const string RustMangling = "_R";

    /// <param name="functions">What is left when names and sections have spoken.</param>
    /// <param name="known">The names of the functions in the BTF of the kernel; modules have their own.</param>
    /// <param name="padded">The names that have padding in front of them.</param>
    public static IReadOnlyList<KernelFunction> Apply(
        IReadOnlyList<KernelFunction> functions, HashSet<string> known, HashSet<string> padded)
    {
        var seen = new HashSet<string>(functions.Count);
        var shared = functions.Where(function => !seen.Add(function.Name)).Select(function => function.Name).ToHashSet();
        var aliased = functions.Where(function => function.Address != 0 && known.Contains(function.Name))
            .Select(function => function.Address).ToHashSet();
        var text = TextRange(functions, known);
        return [.. functions.Select(function => IsNoFunction(function) ? function with { WhyNot = NotC } : function)];

        bool IsNoFunction(KernelFunction function) =>
            function is { WhyNot: null, Module: null }
            && !known.Contains(BaseName(function.Name))
            && !aliased.Contains(function.Address)
            && (!text.Contains(function.Address) || !IsBeyondBtf(function.Name));

        bool IsBeyondBtf(string name) => shared.Contains(name) || name.Contains('.')
            || (padded.Contains(name) && !name.StartsWith(RustMangling, StringComparison.Ordinal));
    }

    private static string BaseName(string name) =>
        name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? name[..dot] : name;

    /// <summary>
    /// From the first to the last function that BTF knows, up to the code that runs at boot: newer kernels list data
    /// as text, and it lies between the two.
    /// </summary>
    private static Range TextRange(IReadOnlyList<KernelFunction> functions, HashSet<string> known)
    {
        var boot = functions.Where(function => function.WhyNot == KernelFunctionList.Boot)
            .Select(function => function.Address).DefaultIfEmpty(ulong.MaxValue).Min();
        var places = functions
            .Where(f => f is { WhyNot: null, Module: null } && f.Address < boot && known.Contains(f.Name))
            .Select(function => function.Address).ToList();
        return places.Count == 0 || places[0] == 0
            ? new Range(0, ulong.MaxValue)
            : new Range(places.Min(), places.Max());
    }

    private readonly record struct Range(ulong First, ulong Last)
    {
        public bool Contains(ulong address) => address >= First && address <= Last;
    }
}
