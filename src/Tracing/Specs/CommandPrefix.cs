using System.Text.RegularExpressions;

namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// What stands before a tool's own arguments in a line pasted from a terminal: a prompt, sudo, variables, the path of
/// the tool. Finds the tool, and where its arguments begin.
/// </summary>
internal sealed partial class CommandPrefix
{
    private static readonly string[] Runners =
        ["sudo", "doas", "env", "command", "exec", "nohup", "time", "python", "python2", "python3"];

    /// <summary>Options of sudo and env whose value is the next word: <c>sudo -u root</c>.</summary>
    private static readonly string[] RunnerOptionsWithValue =
    [
        "-u", "-g", "-h", "-p", "-C", "-D", "-R", "-r", "-t", "-T", "-U",
        "--user", "--group", "--host", "--chdir", "--unset",
    ];

    private static readonly string[] OtherTracers = ["bpftrace", "perf", "strace", "ltrace", "trace-cmd", "sysdig"];

    private readonly IReadOnlyList<ToolDefinition> _tools;
    private readonly IReadOnlyList<ShellWord> _words;
    private readonly List<Diagnostic> _diagnostics;
    private int _at;

    private CommandPrefix(
        IReadOnlyList<ToolDefinition> tools, IReadOnlyList<ShellWord> words, List<Diagnostic> diagnostics) =>
        (_tools, _words, _diagnostics) = (tools, words, diagnostics);

    /// <summary>Where the command begins behind a prompt such as <c># </c> or <c>root@host:~# </c>.</summary>
    public static int SkipPrompt(string text)
    {
        var prompt = Prompt().Match(text);
        return prompt.Value.Trim() == "#" && IsComment(text, prompt.Length) ? 0 : prompt.Length;
    }

    /// <summary>Whether a line that begins with # is a comment above the command, and not itself the command.</summary>
    private static bool IsComment(string text, int start)
    {
        var end = text.IndexOf('\n', start);
        return end >= 0 && !text.AsSpan(0, end).TrimEnd().EndsWith('\\') && !text.AsSpan(end).IsWhiteSpace();
    }

    /// <summary>The tool (funccount if none is named), the index of its first argument; null after a mistake.</summary>
    public static (ToolDefinition Tool, int Arguments)? Read(
        IReadOnlyList<ToolDefinition> tools, IReadOnlyList<ShellWord> words, List<Diagnostic> diagnostics) =>
        new CommandPrefix(tools, words, diagnostics).Read();

    private (ToolDefinition, int)? Read()
    {
        var isCommand = SkipRunners();
        if (_at == _words.Count)
        {
            return isCommand
                ? Fail(_words[^1].Span, "no tool is named", ForExample())
                : (ToolDefinitions.Default, _at);
        }

        var word = _words[_at];
        var name = ToolName(word.Text);
        if (Find(name) is { } tool)
        {
            return (tool, _at + 1);
        }

        return isCommand || IsCommand(word, name)
            ? Fail(word.Span, $"unknown tool '{name}'", Suggestion(name))
            : (ToolDefinitions.Default, _at);
    }

    private (ToolDefinition, int)? Fail(TextSpan span, string message, string hint)
    {
        _diagnostics.Add(new Diagnostic(span, message, hint));
        return null;
    }

    private static string ForExample() => $"for example: {ToolDefinitions.Default.Name} 'vfs_*'";

    private IEnumerable<string> ToolNames => _tools.Select(tool => tool.Name);

    private ToolDefinition? Find(string name) => _tools.FirstOrDefault(tool => tool.Name == name);

    /// <summary>A tool of its own is no misspelt one.</summary>
    private string Suggestion(string name) =>
        (name == "bpftrace" ? "bpftrace has a language of its own, which is not spoken here" : null)
            ?? Suggestions.DidYouMean(name, ToolNames)
            ?? $"a command begins with {string.Join(", ", ToolNames)}; {ForExample()}";

    /// <summary>Skips sudo and its like with their options, and variables; true if anything was skipped.</summary>
    private bool SkipRunners()
    {
        var found = false;
        while (_at < _words.Count)
        {
            if (Variable().IsMatch(_words[_at].Text))
            {
                _at++;
            }
            else if (Runners.Contains(FileName(_words[_at].Text)) && (found || _words.Count > 1))
            {
                _at++;
                SkipRunnerOptions();
            }
            else
            {
                break;
            }

            found = true;
        }

        return found;
    }

    private void SkipRunnerOptions()
    {
        while (_at < _words.Count && _words[_at].Text.StartsWith('-'))
        {
            var option = _words[_at++].Text;
            if (option == "--")
            {
                return;
            }

            if (RunnerOptionsWithValue.Contains(option) && _at < _words.Count && !IsTool(_words[_at].Text))
            {
                _at++;
            }
        }
    }

    /// <summary>
    /// Whether a first word that is no tool was meant as one: it is spelt nearly like one, or is a path without a
    /// function, or a plain word before what must be the pattern.
    /// </summary>
    private bool IsCommand(ShellWord word, string name)
    {
        if (_at + 1 == _words.Count || word.Text.StartsWith('-') || word.Text.AsSpan().ContainsAny(":*"))
        {
            return false;
        }

        return word.Text.Contains('/')
            || OtherTracers.Contains(name)
            || Suggestions.Nearest(name, ToolNames, 1).Count > 0
            || (CommandName().IsMatch(name) && !_words[_at + 1].Text.StartsWith('-'));
    }

    private bool IsTool(string word) => Find(ToolName(word)) is not null;

    /// <summary><c>funccount</c> for <c>/usr/share/bcc/tools/funccount</c>, <c>funccount-bpfcc</c> and so on.</summary>
    private static string ToolName(string word)
    {
        var name = FileName(word);
        name = name.EndsWith(".py", StringComparison.Ordinal) ? name[..^3] : name;
        name = name.EndsWith("-bpfcc", StringComparison.Ordinal) ? name[..^6] : name;
        return name.StartsWith("bcc.", StringComparison.Ordinal) ? name[4..] : name;
    }

    private static string FileName(string word) => word[(word.LastIndexOf('/') + 1)..];

    // "$ ", "# ", "❯ ", and "root@host:~# ", "[root@host ~]# ".
    [GeneratedRegex(@"\A\s*(?:\[?[\w.-]+@[\w.-]+(?:[: ][^\s$#%>❯]+)? ?)?[$#%>❯➜] +")]
    private static partial Regex Prompt();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*=")]
    private static partial Regex Variable();

    // Without an underscore, which most names of kernel functions have and hardly a command.
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9.-]*\z")]
    private static partial Regex CommandName();
}
