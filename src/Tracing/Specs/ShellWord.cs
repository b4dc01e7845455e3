namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// One word of a command line after quotes and backslashes are gone. It remembers where each of its characters came
/// from, so that a mistake inside <c>'c:str*'</c> is marked where the user typed it.
/// </summary>
internal sealed class ShellWord(string text, TextSpan span, IReadOnlyList<TextSpan> origins)
{
    /// <summary>What the tool would be given.</summary>
    public string Text { get; } = text;

    /// <summary>The word in the original text, quotes included.</summary>
    public TextSpan Span { get; } = span;

    /// <summary>Where the characters from <paramref name="start"/> to <paramref name="end"/> were typed.</summary>
    public TextSpan SpanOf(int start, int end) =>
        start < end
            ? TextSpan.Between(origins[start].Start, origins[end - 1].End)
            : new TextSpan(start < origins.Count ? origins[start].Start : EndOfText, 0);

    /// <summary>Where the characters from <paramref name="start"/> on were typed.</summary>
    public TextSpan SpanFrom(int start) => SpanOf(start, Text.Length);

    /// <summary>The characters from <paramref name="start"/> to <paramref name="end"/> as a word.</summary>
    public ShellWord Part(int start, int end) =>
        new(Text[start..end], SpanOf(start, end), [.. origins.Skip(start).Take(end - start)]);

    /// <summary>The word with other characters in the place of the first ones, as if they had been typed there.</summary>
    public ShellWord WithStart(int length, string replacement)
    {
        var place = SpanOf(0, length);
        return new(replacement + Text[length..], Span, [.. Enumerable.Repeat(place, replacement.Length), .. origins.Skip(length)]);
    }

    private int EndOfText => origins.Count > 0 ? origins[^1].End : Span.Start;
}
