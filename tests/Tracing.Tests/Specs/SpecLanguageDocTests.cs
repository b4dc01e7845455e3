using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Tests.Specs;

/// <summary>The examples of docs/spec-language.md, so that they cannot rot.</summary>
public sealed partial class SpecLanguageDocTests
{
    private static readonly string Document = File.ReadAllText(Find());

    /// <summary>Each line of the blocks tagged with the name of a tool.</summary>
    public static TheoryData<string> Accepted =>
        [.. Tools.SelectMany(Blocks).SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>The blocks tagged <c>funccount-error</c> and so on: a command, then its messages.</summary>
    public static TheoryData<string> Rejected => [.. Tools.SelectMany(tool => Blocks($"{tool}-error"))];

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Every_accepted_example_compiles(string command)
    {
        var compiled = SpecCompiler.Compile(command, new FakeKernelCatalog());
        Assert.Empty(compiled.Diagnostics.Select(diagnostic => diagnostic.Render(command)));
        Assert.NotEmpty($"{compiled.Image}");
    }

    [Theory]
    [MemberData(nameof(Rejected))]
    public void Every_rejected_example_gives_the_message_shown(string block)
    {
        var command = block[..block.IndexOf('\n')];
        var compiled = SpecCompiler.Compile(command, new FakeKernelCatalog());
        Assert.Equal(
            block[(command.Length + 1)..], string.Concat(compiled.Diagnostics.Select(diagnostic => diagnostic.Render(command))));
    }

    [Fact]
    public void Every_option_is_described()
    {
        foreach (var tool in ToolDefinitions.All)
        {
            var start = Document.IndexOf($"## Options of {tool.Name}\n", StringComparison.Ordinal);
            var section = Document[start..Document.IndexOf("\n## ", start + 1, StringComparison.Ordinal)];
            Assert.All(tool.Options, option => Assert.Matches(
                option.Letter is { } letter
                    ? $@"\| `-{letter}( [A-Z]+)?`, `--{option.Name}` \|"
                    : $@"\| `--{option.Name}( [A-Z]+)?` \|",
                section));
        }
    }

    private static IEnumerable<string> Tools => ToolDefinitions.All.Select(tool => tool.Name);

    private static IEnumerable<string> Blocks(string tag) =>
        Block().Matches(Document)
            .Where(block => block.Groups["tag"].Value == tag)
            .Select(block => block.Groups["text"].Value);

    private static string Find([CallerFilePath] string test = "") =>
        Path.Combine(Path.GetDirectoryName(test) ?? "", "../../../docs/spec-language.md");

    [GeneratedRegex(@"^```(?<tag>[\w-]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
