using System.Runtime.InteropServices;
using System.Text;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// Names as people wrote them, from what compilers made of them. What cannot be demangled stays as it is. Safe for
/// many threads.
/// </summary>
internal static class Demangler
{
    /// <summary>The name for people. Pure, and never fails.</summary>
    public static string Demangle(string name)
    {
        if ((RustName.TryDemangle(name) ?? RustV0Name.TryDemangle(name)) is { } rust)
        {
            return rust;
        }

        // Compilers add a dot and words to parts of a function and to its copies: _ZN1A1bEv.cold, .constprop.0, .part.3.
        var mangled = name.AsSpan(0, name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? dot : name.Length);
        return CxxName.TryDemangle(mangled.ToString()) is not { } found ? name
            : mangled.Length == name.Length ? found
            : $"{found} [clone {name.AsSpan(mangled.Length)}]";
    }
}

/// <summary>C++ names, by libstdc++, which is present wherever .NET runs: its runtime needs it.</summary>
internal static unsafe partial class CxxName
{
    /// <summary>The longest of 290,000 names in node and two versions of LLVM has 950 characters.</summary>
    private const int MaxLength = 1024;

    /// <summary>In bits: 64 million characters. Of LLVM's names, one in 200 is refused for it.</summary>
    private const double MaxExpansion = 26;

    private static readonly delegate* unmanaged[Cdecl]<byte*, byte*, nuint*, int*, byte*> Function = Find();

    /// <summary>Null if it is no name of C++.</summary>
    public static string? TryDemangle(string name)
    {
        if (!name.StartsWith("_Z", StringComparison.Ordinal) || name.Length > MaxLength || Function is null
            || name.Contains('\0', StringComparison.Ordinal) || Expansion(name) > MaxExpansion)
        {
            return null;
        }

        // The name is zero-terminated and outlives the call; the answer is malloc'ed, and ours.
        int status;
        byte* answer;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
        {
            answer = Function(text, null, null, &status);
        }

        try
        {
            return answer is null || status != 0 ? null : Text(answer);
        }
        finally
        {
            NativeMemory.Free(answer);
        }
    }

    /// <summary>
    /// How much longer than nothing the answer may become, as a power of two. Each reference to a part of the name
    /// (<c>S3_</c>, <c>T_</c>) repeats that part with all references in it, and a pack (<c>Dp</c>) repeats a pattern
    /// for each argument: a hostile name of a hundred characters could fill all memory, and libstdc++ would try.
    /// </summary>
    internal static double Expansion(string name)
    {
        var references = new Dictionary<string, int>();
        var packs = 0;
        for (var i = 2; i + 1 < name.Length; i++)
        {
            if (name[i] is 'S' or 'T' && ReferenceAt(name, i) is { } reference)
            {
                references[reference] = references.GetValueOrDefault(reference) + 1;
            }
            else if (name.AsSpan(i, 2) is "Dp" or "sp")
            {
                packs++;
            }
        }

        var length = Math.Log2(name.Length);
        return length + references.Values.Sum(count => Math.Log2(1 + count)) + (packs * Math.Max(1, length - 3));
    }

    // S_, S0_, S1Z_, T_, T3_. Inside of identifiers they are counted as well: better too many.
    private static string? ReferenceAt(string name, int at)
    {
        var end = at + 1;
        while (end < name.Length && end - at < 8 && char.IsAsciiLetterOrDigit(name[end]))
        {
            end++;
        }

        return end < name.Length && name[end] == '_' ? name[at..end] : null;
    }

    private static string Text(byte* answer)
    {
        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(answer);
        return Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, NameText.MaxLength)]);
    }

    private static delegate* unmanaged[Cdecl]<byte*, byte*, nuint*, int*, byte*> Find() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library)
        && NativeLibrary.TryGetExport(library, "__cxa_demangle", out var function)
            ? (delegate* unmanaged[Cdecl]<byte*, byte*, nuint*, int*, byte*>)function
            : null;
}
