using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Expressions;

internal enum TokenKind
{
    End,
    Name,
    Number,
    Character,
    String,
    Sign,
}

/// <summary>One word of C: where it stands in its <see cref="SourceText"/>, and where the user typed it.</summary>
/// <param name="Text">As typed, with quotes; empty at the end.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End, TextSpan Span)
{
    public bool Is(string sign) => Kind == TokenKind.Sign && Text == sign;

    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;
}

/// <summary>A text, and where the user typed each stretch of it: between them may be a shell's quotes.</summary>
internal sealed record SourceText(string Text, Func<int, int, TextSpan> SpanOf)
{
    public static SourceText Of(string text) => new(text, TextSpan.Between);

    public static SourceText Of(ShellWord word) => new(word.Text, word.SpanOf);
}
