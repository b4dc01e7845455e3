namespace BpfDashboard.Tracing.Btf;

/// <summary>Reads the names of all functions from the kernel's BTF, and nothing else of it.</summary>
internal static class BtfFunctions
{
    /// <exception cref="FormatException">The bytes are no BTF, or are cut short.</exception>
    public static HashSet<string> Read(ReadOnlySpan<byte> btf)
    {
        var sections = BtfLayout.Sections(btf);
        var types = btf[sections.Types];
        var strings = btf[sections.Strings];
        var names = new HashSet<string>(60_000);
        while (!types.IsEmpty)
        {
            var (kind, length) = BtfLayout.Measure(types);
            if (kind == BtfKind.Function)
            {
                names.Add(BtfLayout.Text(strings, BtfLayout.Word(types, 0)));
            }

            types = types[length..];
        }

        return names;
    }
}
