using System.Runtime.CompilerServices;
using Xunit;

namespace BpfDashboard.Tracing.Tests;

/// <summary>
/// Case files in the folder <c>Cases</c> beside a test: an input, a line <c>----</c>, and what is expected of it.
/// With UPDATE_GOLDEN=1 the expectations are rewritten instead; the diff in git is the review.
/// </summary>
internal static class Golden
{
    private const string Separator = "\n----\n";

    /// <summary>The names of the case files beside the calling test, without folder and extension.</summary>
    public static TheoryData<string> Cases([CallerFilePath] string test = "") =>
        [.. Directory.EnumerateFiles(FolderOf(test), "*.txt").Select(NameOf).Order(StringComparer.Ordinal)];

    /// <summary>Compares what <paramref name="render"/> makes of a case's input with what its file expects.</summary>
    public static void Check(string name, Func<string, string> render, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(FolderOf(test), $"{name}.txt");
        var content = File.ReadAllText(path);
        var separator = content.IndexOf(Separator, StringComparison.Ordinal);
        var input = separator < 0 ? content.TrimEnd('\n') : content[..separator];
        var actual = render(input);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, input + Separator + actual);
            return;
        }

        Assert.True(separator >= 0, $"{path} has no ---- line; write it with UPDATE_GOLDEN=1");
        Assert.Equal(content[(separator + Separator.Length)..], actual);
    }

    private static string FolderOf(string test) => Path.Combine(Path.GetDirectoryName(test) ?? "", "Cases");

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
}
