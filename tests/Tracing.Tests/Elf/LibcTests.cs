using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Tests.Elf;

/// <summary>The C library of this machine, read by us and by nm.</summary>
public sealed class LibcTests
{
    private static readonly LiveKernelCatalog Catalog = new();

    [Fact]
    public void Its_exported_functions_are_those_of_nm()
    {
        NativeTools.Require("nm");
        var path = Find("c");
        var expected = NativeTools.Run("nm", "-D", "--defined-only", path).Split('\n')
            .Select(line => line.Split(' '))
            .Where(parts => parts is [_, "T" or "W" or "t" or "i", _])
            .ToDictionary(parts => parts[2], parts => parts[1] == "i");
        var functions = Catalog.ReadBinary(path).Functions.Where(function => function.Version is not null)
            .ToDictionary(f => $"{f.Name}{(f.IsDefaultVersion ? "@@" : "@")}{f.Version}", f => f.IsIndirect);

        // One place may carry one name under several versions; it is listed once, under the default one.
        Assert.Subset(expected.ToHashSet(), functions.ToHashSet());
        Assert.Equal(
            expected.Keys.Select(BareName).Distinct().Order(StringComparer.Ordinal),
            functions.Keys.Select(BareName).Distinct().Order(StringComparer.Ordinal));
        Assert.True(expected.Keys.Count(name => name.StartsWith("str", StringComparison.Ordinal)) > 20);
    }

    [Fact]
    public void Strlen_is_an_ifunc_and_memcpy_has_two_versions()
    {
        var functions = Catalog.ReadBinary(Find("c")).Functions;
        Assert.True(functions.Single(function => function.Name == "strlen").IsIndirect);
        var memcpy = functions.Where(function => function is { Name: "memcpy", Version: not null }).ToList();
        Assert.Contains(memcpy, function => function is { Version: "GLIBC_2.2.5", IsDefaultVersion: false });
        Assert.Contains(memcpy, function => function is { Version: "GLIBC_2.14", IsDefaultVersion: true, IsIndirect: true });
    }

    [Fact]
    public void The_name_with_and_without_lib_and_version_is_the_same_file()
    {
        Assert.Equal(Find("c"), Find("libc"));
        Assert.Equal(Find("c"), Find("libc.so.6"));
        Assert.Equal(Find("c"), Find("c.so.6"));
    }

    private static string BareName(string name) => name.Split('@')[0];

    private static string Find(string target)
    {
        var lookup = Catalog.FindBinary(target, pid: null);
        Assert.NotNull(lookup.Path);
        return lookup.Path;
    }
}
