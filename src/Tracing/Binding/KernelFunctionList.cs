namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// Tells which symbols of the kernel are functions that can be probed, and of the others why not.
/// </summary>
/// <remarks>
/// It follows BCC (its <c>get_kprobe_functions</c>) but for two of its rules. <c>perf_*</c> and <c>__perf*</c> are
/// not refused in bulk: most of them can be probed on kernels of today, and the list of the kernel's own tracer says
/// which. And when that list cannot be read, nothing is refused because of it, where BCC then finds no function at
/// all: attaching will tell.
/// </remarks>
internal static class KernelFunctionList
{
    internal const string Boot = "it runs only while the kernel boots";
    private const string Entry = "it is entry code, which the kernel protects from probes";

    /// <summary>Stretches of the kernel's text that no probe may enter: its first and last symbol, and why.</summary>
    private static readonly (string Start, string End, string Reason)[] Sections =
    [
        ("_etext", "_sinittext", "it is data, which newer kernels list as text"),
        ("_sinittext", "_einittext", Boot),
        ("__init_begin", "__init_end", Boot),
        ("__irqentry_text_start", "__irqentry_text_end", Entry),
        ("__entry_text_start", "__entry_text_end", Entry),
        ("__noinstr_text_start", "__noinstr_text_end", "it is marked noinstr: probes are not safe there"),
        ("__kprobes_text_start", "__kprobes_text_end", "it is part of how probes work"),
    ];

    // Generated for each tracepoint, with notrace. Probing what probes run through would go in circles.
    private static readonly string[] TracepointBodies =
        ["perf_trace_", "__bpf_trace_", "trace_event_raw_event_", "trace_event_get_offsets_", "trace_raw_output_"];

    private static readonly HashSet<string> Markers =
        ["_text", "_stext", "__pi__text", .. Sections.Select(s => s.Start), .. Sections.Select(s => s.End)];

    /// <param name="symbols">The text symbols of kallsyms.</param>
    /// <param name="traceable">Lines of <c>available_filter_functions</c>; null if it cannot be read.</param>
    /// <param name="blacklist">Lines of <c>kprobes/blacklist</c>; null if it cannot be read.</param>
    public static List<KernelFunction> Build(
        IReadOnlyList<KernelSymbol> symbols, IEnumerable<string>? traceable, IEnumerable<string>? blacklist)
    {
        var sections = FindSections(symbols);
        var allowed = traceable?.ToHashSet();
        var forbidden = blacklist?.Select(NameInBlacklist).ToHashSet() ?? [];
        var ambiguous = symbols.Where(symbol => symbol.Address == 0).GroupBy(symbol => symbol.Name)
            .Where(group => group.Skip(1).Any()).Select(group => group.Key).ToHashSet();
        return [.. symbols
            .Select((symbol, index) => (Symbol: symbol, Index: index))
            .Where(item => !IsMarker(item.Symbol.Name))
            .Select(item => new KernelFunction(
                item.Symbol.Name, item.Symbol.Address, item.Symbol.Module, WhyNot(item.Symbol, item.Index)))];

        string? WhyNot(KernelSymbol symbol, int index) =>
            WhyNotByName(symbol)
            ?? sections.FirstOrDefault(section => section.Contains(symbol, index)).Reason
            ?? (forbidden.Contains(symbol.Name) ? "it is on the kernel's list of functions that must not be probed" : null)
            ?? (allowed is not null && !allowed.Contains(LineOf(symbol))
                ? "the kernel's tracer cannot enter it (marked notrace, or without an entry hook)" : null)
            ?? (ambiguous.Contains(symbol.Name)
                ? "several functions have this name, and their addresses are hidden (kernel.kptr_restrict)" : null);
    }

    private static string? WhyNotByName(KernelSymbol symbol) => symbol.Name switch
    {
        _ when symbol.Module == "bpf" => "it is a BPF program, not a function of the kernel",
        _ when symbol.Module is ['_', '_', 'b', 'u', 'i', 'l', 't', 'i', 'n', ..] => "it is code generated for a probe",
        var name when IsCold(name) => "it is the unlikely part of another function, not an entry",
        var name when Starts(name, "__SCT__") => "it is the trampoline of a static call",
        var name when Starts(name, "_kbl_addr_") => "it is an entry of the kernel's list of forbidden probes",

        var name when Starts(name, "__raw_callee_save_") || Starts(name, "__x86_indirect_") =>
            "it is a thunk, which keeps registers as C does not",
        var name when Starts(name, "rust_helper_") => "it lends an inline function to Rust, without an entry hook",
        var name when TracepointBodies.Any(prefix => Starts(name, prefix)) =>
            "it is the body of a tracepoint; probe the tracepoint (t:category:event)",
        _ => null,
    };

    // BCC's pattern: .cold, or .cold.123 of older compilers.
    private static bool IsCold(string name)
    {
        var at = name.IndexOf(".cold", StringComparison.Ordinal);
        return at >= 0 && (at + 5 == name.Length
            || (name[at + 5] == '.' && !name.AsSpan(at + 6).ContainsAnyExceptInRange('0', '9')));
    }

    private static bool IsMarker(string name) =>
        name[0] == '_' && (Markers.Contains(name)
            || name.EndsWith("_text_start", StringComparison.Ordinal)
            || name.EndsWith("_text_end", StringComparison.Ordinal));

    private static bool Starts(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal);

    private static string LineOf(KernelSymbol symbol) =>
        symbol.Module is null ? symbol.Name : $"{symbol.Name} [{symbol.Module}]";

    // 0xffffffff81000010-0xffffffff81000020 <TAB> name
    private static string NameInBlacklist(string line) =>
        line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..].Trim();

    private static List<Section> FindSections(IReadOnlyList<KernelSymbol> symbols)
    {
        var markers = new Dictionary<string, (ulong Address, int Index)>();
        for (var i = 0; i < symbols.Count; i++)
        {
            if (symbols[i].Name[0] == '_' && Markers.Contains(symbols[i].Name))
            {
                markers.TryAdd(symbols[i].Name, (symbols[i].Address, i));
            }
        }

        return [.. Sections
            .Where(s => markers.ContainsKey(s.Start) && markers.ContainsKey(s.End))
            .Select(s => new Section(markers[s.Start], markers[s.End], s.Reason))];
    }

    /// <summary>A stretch of the text, by address; where addresses are hidden, by the order of the lines.</summary>
    private readonly record struct Section((ulong Address, int Index) Start, (ulong Address, int Index) End, string? Reason)
    {
        public bool Contains(KernelSymbol symbol, int index) => End.Address != 0
            ? symbol.Address >= Start.Address && symbol.Address < End.Address
            : symbol.Module is null && index > Start.Index && index < End.Index;
    }
}
