using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding.Kinds;

/// <summary>From the matching functions of a file to rows and what a reader of them should know.</summary>
internal static class UserFunctionRows
{
    private const int Named = 4;

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
            var slot = spec.AddRow(RowName(function, sameName[function.Name], pattern), TargetKind.UserFunction, file.Display,
                place.Select(other => other.Name).Distinct().Where(name => name != function.Name));
            spec.AddProbe(new UserProbe(slot, file.Binary.Path, function.FileOffset, SemaphoreOffset: 0));
        }

        NoteVersions([.. sameName.Where(pair => pair.Value.Count > 1).Select(pair => pair.Value)], spec);
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

    private static void NoteVersions(List<List<List<UserFunction>>> sameName, SpecInProgress spec)
    {
        foreach (var places in sameName)
        {
            var functions = places.Select(place => place[0]).ToList();
            var current = functions.FirstOrDefault(function => function is { Version: not null, IsDefaultVersion: true });
            var which = current is null ? "" : $"; programs linked today call {WithVersion(current)}";
            spec.Note($"{functions.Count} functions are named {functions[0].Name}; each has its own row{which}");
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
            .SelectMany(function => Implementations(function, file.Binary)).Distinct().Order(StringComparer.Ordinal).ToList();
        var (are, their) = functions.Count == 1 ? ("is an IFUNC", "its") : ("are IFUNCs", "their");
        spec.Note($"{List(functions.Select(function => function.Name).Distinct())} {are}: what is counted is the "
            + $"choice of an implementation when a program starts, not {their} calls"
            + (implementations.Count == 0
                ? "; the implementations have no symbols here (install the library's debug symbols)"
                : $"; the implementations are {List(implementations)}"));
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

    private static string List(IEnumerable<string> names)
    {
        var all = names.ToList();
        var shown = string.Join(", ", all.Take(Named));
        return all.Count > Named ? $"{shown} and {all.Count - Named} more" : shown;
    }
}
