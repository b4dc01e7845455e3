using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding.Kinds;

/// <summary>From the matching functions of a file to rows and what a reader of them should know.</summary>
internal static class UserFunctionRows
{
    public static void Add(PatternSyntax pattern, BoundBinary file, List<UserFunction> matches, SpecInProgress spec)
    {
        var places = matches
            .GroupBy(function => function.FileOffset)
            .OrderBy(place => place.Key)
            .Select(place => NaturalName
                .Order(place, pattern, function => function.Name, function => function.IsDefaultVersion).ToList())
            .ToList();
        var sameName = places.GroupBy(place => place[0].Name).ToDictionary(group => group.Key, group => group.ToList());
        foreach (var place in places)
        {
            var function = place[0];
            var name = RowName(function, sameName[function.Name], pattern);
            var slot = spec.AddRow(name, TargetKind.UserFunction, file.Display,
                place.Select(other => other.Name).Distinct().Where(alias => alias != function.Name));
            spec.AddProbe(new UserProbe(slot, file.Binary.Path, function.FileOffset, SemaphoreOffset: 0)
            {
                IsEntry = true,
            });
        }

        var shared = sameName.Values.Where(rivals => rivals.Count > 1).Select(rivals => rivals.Select(names => names[0]));
        NoteSameNames([.. shared], spec);
        NoteIndirect([.. places.Select(place => place[0]).Where(function => function.IsIndirect)], file, spec);
    }

    /// <summary><c>memcpy@GLIBC_2.2.5</c>, <c>memcpy@@GLIBC_2.14</c>: the second is the default.</summary>
    public static string WithVersion(UserFunction function) => function.Version is null
        ? function.Name
        : $"{function.Name}{(function.IsDefaultVersion ? "@@" : "@")}{function.Version}";

    /// <summary>
    /// The bare name if no other row has it and no version was asked for, else with its version, else with its offset.
    /// </summary>
    private static string RowName(UserFunction function, List<List<UserFunction>> sameName, PatternSyntax pattern)
    {
        var name = WithVersion(function);
        return sameName switch
        {
            [_] => pattern.Text.Contains('@', StringComparison.Ordinal) ? name : function.Name,
            _ when function.Version is not null && sameName.Count(other => WithVersion(other[0]) == name) == 1 => name,
            _ => $"{name} (0x{function.FileOffset:x})",
        };
    }

    private static void NoteSameNames(List<IEnumerable<UserFunction>> sameName, SpecInProgress spec)
    {
        var names = sameName.ToLookup(
            rivals => rivals.FirstOrDefault(function => function is { Version: not null, IsDefaultVersion: true }),
            rivals => rivals.First().Name);
        if (names[null].Distinct().ToList() is { Count: > 0 } plain)
        {
            spec.Note($"several functions have the name {NameList.Print(plain)}; each has its own row");
        }

        if (names.Select(group => group.Key).OfType<UserFunction>().Select(WithVersion).ToList() is { Count: > 0 } current)
        {
            spec.Note("old and new versions have rows of their own; "
                + $"programs linked today call {NameList.Print(current)}");
        }
    }

    /// <summary>
    /// Behind an IFUNC symbol is a function that chooses the implementation once per process; callers never come by.
    /// </summary>
    private static void NoteIndirect(List<UserFunction> functions, BoundBinary file, SpecInProgress spec)
    {
        if (functions is [])
        {
            return;
        }

        var implementations = functions
            .SelectMany(function => Implementations(function, file.Binary))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        var (are, their) = functions.Count == 1 ? ("is an IFUNC", "its") : ("are IFUNCs", "their");
        var names = NameList.Print(functions.Select(function => function.Name).Distinct());
        spec.Note($"{names} {are}: what is counted is the choice of an implementation when a program starts, not {their} calls"
            + (implementations.Count == 0
                ? "; the implementations have no symbols here (install the library's debug symbols)"
                : $"; the implementations are {NameList.Print(implementations)}"));
    }

    // memcpy → __memcpy_avx_unaligned, __memcpy_ssse3; also __memcpy_avx_unaligned_erms, but not __memcpy_chk.
    private static IEnumerable<string> Implementations(UserFunction function, Binary binary)
    {
        var prefix = $"__{function.Name.TrimStart('_')}_";
        return binary.Functions
            .Where(other => !other.IsIndirect && other.Name.StartsWith(prefix, StringComparison.Ordinal)
                && IsCpuFeature(other.Name.AsSpan(prefix.Length)))
            .Select(other => other.Name);
    }

    private static bool IsCpuFeature(ReadOnlySpan<char> suffix) =>
        suffix.StartsWith("sse") || suffix.StartsWith("ssse") || suffix.StartsWith("avx") || suffix.StartsWith("evex")
        || suffix.StartsWith("erms") || suffix.StartsWith("generic") || suffix.StartsWith("fma");
}
