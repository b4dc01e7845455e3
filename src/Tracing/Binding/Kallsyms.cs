using System.Globalization;

namespace BpfDashboard.Tracing.Binding;

/// <summary>A text symbol of the kernel.</summary>
/// <param name="IsPadded">
/// The kernel has padding in front of it, which only functions get (x86-64 since 6.2, if built with CALL_PADDING).
/// </param>
internal readonly record struct KernelSymbol(string Name, ulong Address, string? Module, bool IsPadded = false);

/// <summary>A line of kallsyms about a function; the module is empty for the kernel itself.</summary>
internal readonly ref struct KallsymsLine(
    ulong address, char type, ReadOnlySpan<char> name, ReadOnlySpan<char> module, bool isPadded)
{
    public ulong Address { get; } = address;

    public char Type { get; } = type;

    public ReadOnlySpan<char> Name { get; } = name;

    public ReadOnlySpan<char> Module { get; } = module;

    /// <summary>As in <see cref="KernelSymbol"/>.</summary>
    public bool IsPadded { get; } = isPadded;
}

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
        string? lastModule = null;
        Visit(text, line => symbols.Add(new KernelSymbol(
            line.Name.ToString(), line.Address, ModuleName(line.Module, ref lastModule), line.IsPadded)));
        return symbols;
    }

    /// <summary>The same, one line at a time, for readers that keep less than a string of each.</summary>
    public static void Visit(TextReader text, Action<KallsymsLine> visit)
    {
        var padding = default(Padding);
        var buffer = new char[1 << 16];
        for (int kept = 0, read; (read = text.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var chunk = buffer.AsSpan(0, kept + read);
            for (int end; (end = chunk.IndexOf('\n')) >= 0; chunk = chunk[(end + 1)..])
            {
                Visit(chunk[..end], visit, ref padding);
            }

            // A line longer than the buffer is no line of kallsyms.
            kept = chunk.Length < buffer.Length ? chunk.Length : 0;
            chunk[..kept].CopyTo(buffer);
        }
    }

    private static void Visit(ReadOnlySpan<char> line, Action<KallsymsLine> visit, ref Padding padding)
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
            padding.Seen = true;
        }
        else
        {
            visit(new KallsymsLine(address, line[AddressLength + 1], name, module, padding.IsBefore(address)));
        }
    }

    private static bool IsPadding(ReadOnlySpan<char> name) => name.StartsWith("__pfx_") || name.StartsWith("__cfi_");

    // Symbols of a module stand together; one string serves them all.
    private static string? ModuleName(ReadOnlySpan<char> module, ref string? last) =>
        module.IsEmpty ? null : module.SequenceEqual(last) ? last : last = module.ToString();

    /// <summary>What one line says about the next.</summary>
    private struct Padding
    {
        /// <summary>Whether the line before was padding.</summary>
        public bool Seen;
        private ulong paddedAddress;

        /// <summary>
        /// Whether the symbol stands behind padding. All names of one address do, and where addresses are hidden the next one.
        /// </summary>
        public bool IsBefore(ulong address)
        {
            if (!Seen)
            {
                return address != 0 && address == paddedAddress;
            }

            (Seen, paddedAddress) = (false, address);
            return true;
        }
    }
}
