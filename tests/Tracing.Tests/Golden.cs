using System.Runtime.CompilerServices;

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

    /// <summary>What a case file says before the <c>----</c>.</summary>
    public static string Input(string name, [CallerFilePath] string test = "") => Read(name, test).Input;

    /// <summary>The same of all case files beside the calling test.</summary>
    public static IEnumerable<(string Name, string Input)> Inputs([CallerFilePath] string test = "") =>
        Cases(test).Select(row => (row.Data, Input(row.Data, test)));

    /// <summary>
    /// The cases that are a tool's lines of the corpus, none of which may be missing; FC-17a and FC-17b are two ways to
    /// write line 17.
    /// </summary>
    public static IEnumerable<(string Name, string Input)> Corpus(string prefix, int lines, [CallerFilePath] string test = "")
    {
        var corpus = Inputs(test).Where(line => line.Name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        Assert.Equal(lines, corpus.Select(line => line.Name[..5]).Distinct().Count());
        return corpus;
    }

    /// <summary>Compares what <paramref name="render"/> makes of a case's input with what its file expects.</summary>
    public static void Check(string name, Func<string, string> render, [CallerFilePath] string test = "")
    {
        var (input, expected) = Read(name, test);
        var actual = render(input);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(PathOf(name, test), input + Separator + actual);
            return;
        }

        Assert.True(expected is not null, $"{PathOf(name, test)} has no ---- line; write it with UPDATE_GOLDEN=1");
        Assert.Equal(expected, actual);
    }

    /// <summary>A case file without a line <c>----</c> is new: nothing is expected yet.</summary>
    private static (string Input, string? Expected) Read(string name, string test)
    {
        var content = File.ReadAllText(PathOf(name, test));
        return content.IndexOf(Separator, StringComparison.Ordinal) is >= 0 and var separator
            ? (content[..separator], content[(separator + Separator.Length)..])
            : (content.TrimEnd('\n'), null);
    }

    private static string PathOf(string name, string test) => Path.Combine(FolderOf(test), $"{name}.txt");

    private static string FolderOf(string test) => Path.Combine(Path.GetDirectoryName(test) ?? "", "Cases");

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
}
