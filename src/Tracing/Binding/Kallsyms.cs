using System.Globalization;

namespace BpfDashboard.Tracing.Binding;

/// <summary>A text symbol of the kernel.</summary>
/// <param name="IsPadded">
/// The kernel has padding in front of it, which only functions get (x86-64 since 6.2, if built with CALL_PADDING).
/// </param>
internal readonly record struct KernelSymbol(string Name, ulong Address, string? Module, bool IsPadded = false);

/// <summary>
/// Reads <c>/proc/kallsyms</c>. Lines look like <c>ffffffff81000010 T startup_64</c>, those of modules end in
/// <c>TAB [module]</c>. Addresses are all zero for readers who may not see them.
/// </summary>
internal static class Kallsyms
{
    private const int AddressLength = 16;

    /// <summary>
    /// The functions (types t, T, w, W), in the order of the text. Left out is what only looks like one: the
    /// padding in front of functions, which has symbols of its own on kernels built for it (half of all lines).
    /// </summary>
    public static List<KernelSymbol> Read(TextReader text)
    {
        var symbols = new List<KernelSymbol>(70_000);
        var state = new State();
        var buffer = new char[1 << 16];
        for (int kept = 0, read; (read = text.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var chunk = buffer.AsSpan(0, kept + read);
            for (int end; (end = chunk.IndexOf('\n')) >= 0; chunk = chunk[(end + 1)..])
            {
                Add(symbols, chunk[..end], ref state);
            }

            // A line longer than the buffer is no line of kallsyms.
            kept = chunk.Length < buffer.Length ? chunk.Length : 0;
            chunk[..kept].CopyTo(buffer);
        }

        return symbols;
    }

    private static void Add(List<KernelSymbol> symbols, ReadOnlySpan<char> line, ref State state)
    {
        if (line.Length < AddressLength + 4 || line[AddressLength] != ' ' || line[AddressLength + 2] != ' '
            || line[AddressLength + 1] is not ('t' or 'T' or 'w' or 'W')
            || !ulong.TryParse(line[..AddressLength], NumberStyles.AllowHexSpecifier, null, out var address))
        {
            return;
        }

        var name = line[(AddressLength + 3)..].TrimEnd();
        var module = ReadOnlySpan<char>.Empty;
        if (name.IndexOf('\t') is >= 0 and var tab)
        {
            module = name[(tab + 1)..].Trim("[]");
            name = name[..tab];
        }

        if (IsPadding(name))
        {
            state.AfterPadding = true;
            return;
        }

        var padded = state.TakePadding(address);
        symbols.Add(new KernelSymbol(name.ToString(), address, ModuleName(module, ref state.LastModule), padded));
    }

    private static bool IsPadding(ReadOnlySpan<char> name) => name.StartsWith("__pfx_") || name.StartsWith("__cfi_");

    // Symbols of a module stand together; one string serves them all.
    private static string? ModuleName(ReadOnlySpan<char> module, ref string? last) =>
        module.IsEmpty ? null : module.SequenceEqual(last) ? last : last = module.ToString();

    /// <summary>What one line says about the next.</summary>
    private struct State
    {
        public string? LastModule;
        public bool AfterPadding;
        private ulong paddedAddress;

        /// <summary>
        /// Whether the symbol stands behind padding. All names of one address do, and where addresses are hidden the next one.
        /// </summary>
        public bool TakePadding(ulong address)
        {
            if (!AfterPadding)
            {
                return address != 0 && address == paddedAddress;
            }

            (AfterPadding, paddedAddress) = (false, address);
            return true;
        }
    }
}
