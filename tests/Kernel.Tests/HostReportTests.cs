using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace BpfDashboard.Kernel.Tests;

/// <summary>
/// The text of what a host can do, on every kernel we have. With UPDATE_GOLDEN=1 the text found is printed; it goes
/// to <c>Goldens/SERIES.txt</c>. See tests/vm for how to boot the others.
/// </summary>
public sealed partial class HostReportTests
{
    [Fact]
    public void The_report_of_a_known_kernel_is_as_it_was()
    {
        var report = Abilities.Host;
        var path = Path.Combine(FolderOf(), $"{Series(report.Kernel)}.txt");
        var text = Normalise(report.ToString(), report.Name, report.Kernel);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Console.WriteLine($"--- {Path.GetFileName(path)}\n{text}---");
            return;
        }

        Assert.SkipUnless(File.Exists(path), $"there is no golden report for Linux {Series(report.Kernel)}: {path}");
        var expected = File.ReadAllText(path);
        Assert.True(expected == text,
            $"the report of Linux {Series(report.Kernel)} is not the one in {path}. Expected:\n{expected}\nFound:\n{text}");
    }

    [Theory]
    [InlineData("6.18.44-fc-v657", "6.18-fc")]
    [InlineData("6.1.0-56-amd64", "6.1-debian")]
    [InlineData("6.12.117+deb12-amd64", "6.12-debian")]
    [InlineData("7.3.4+deb13-amd64", "7.3-debian")]
    [InlineData("6.8.0-45-generic", "6.8-generic")]
    [InlineData("6.9.1", "6.9")]
    public void Kernels_of_a_series_and_a_maker_share_a_report(string release, string series) =>
        Assert.Equal(series, Series(release));

    /// <summary>The first two numbers, and who built it.</summary>
    private static string Series(string release)
    {
        var numbers = Numbers().Match(release).Value;
        var maker = release.EndsWith("-amd64", StringComparison.Ordinal) ? "debian" : Maker().Match(release).Value;
        return maker.Length == 0 ? numbers : $"{numbers}-{maker}";
    }

    private static string Normalise(string text, string name, string kernel) =>
        text.Replace($"{name}: Linux {kernel},", $"HOST: Linux {Series(kernel)},", StringComparison.Ordinal);

    private static string FolderOf([CallerFilePath] string test = "") =>
        Path.Combine(Path.GetDirectoryName(test) ?? "", "Goldens");

    [GeneratedRegex(@"^\d+\.\d+")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"(?<=-)[a-z]+")]
    private static partial Regex Maker();
}
