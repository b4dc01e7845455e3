using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>The line <c>print fmt:</c> of a tracepoint's format: it tells how the kernel calls what numbers mean.</summary>
internal static class PrintFormat
{
    private const string Heading = "print fmt: ";

    /// <summary>Longest line that is read, in UTF-16 units; the kernel's longest have 20,000.</summary>
    private const int MaxLength = 200_000;

    /// <summary>What the numbers of fields mean, by the field's name. Of a line that is no C, what could be read before.</summary>
    /// <param name="types">Where constants of enums are looked up.</param>
    public static IReadOnlyDictionary<string, NumberWords> Read(string text, ITypeSource types)
    {
        var start = text.IndexOf(Heading, StringComparison.Ordinal);
        if (start < 0 || !text.AsSpan(start).Contains("__print_", StringComparison.Ordinal)
            || text.Length - start > MaxLength || Tokenizer.Split(SourceText.Of(text), start + Heading.Length, []) is not { } tokens)
        {
            return new Dictionary<string, NumberWords>();
        }

        return new PrintFormatParser(tokens, name => ConstantOf(name, types)).Arguments()
            .OfType<PrintWords>().GroupBy(words => words.Field)
            .ToDictionary(field => field.Key, field => new NumberWords([.. Distinct(field.Select(words => words.Group))]));
    }

    /// <summary>The same bits are sometimes printed twice: the first way counts.</summary>
    private static IEnumerable<WordGroup> Distinct(IEnumerable<WordGroup> groups)
    {
        var named = 0UL;
        foreach (var group in groups.Where(group => (group.Mask & named) == 0 || named == 0))
        {
            named |= group.Mask;
            yield return group;
        }
    }

    private static ulong? ConstantOf(string name, ITypeSource types)
    {
        try
        {
            return Constants.Find(name, types) is var (_, value) ? unchecked((ulong)value) : null;
        }
        catch (FormatException)
        {
            return null; // damaged type information: its constants have no names, here as in the rows
        }
    }
}
