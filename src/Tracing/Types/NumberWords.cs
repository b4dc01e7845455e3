using System.Globalization;
using System.Text;

namespace BpfDashboard.Tracing.Types;

/// <summary>What a number of a field is called.</summary>
/// <param name="Value">The number; of flags, the bits that must all be set.</param>
public sealed record NumberWord(ulong Value, string Text);

/// <summary>Names of the values of some bits of a number.</summary>
/// <param name="Mask">Which bits.</param>
/// <param name="AreFlags">Whether several names may hold at once, the first in the list first.</param>
/// <param name="Separator">What stands before each name that is not the first.</param>
/// <param name="Nothing">What is said where none of the bits is set; null for nothing.</param>
public sealed record WordGroup(
    ulong Mask, bool AreFlags, IReadOnlyList<NumberWord> Words, string Separator = "|", string? Nothing = null);

/// <summary>
/// What the numbers of a field mean, as the kernel itself prints them: <c>GFP_KERNEL|__GFP_ZERO</c>, <c>NET_RX</c>.
/// </summary>
/// <remarks><see cref="ToString"/> prints all of it; equal are those that print alike.</remarks>
public sealed class NumberWords(params IReadOnlyList<WordGroup> groups) : IEquatable<NumberWords>
{
    private readonly Lazy<string> text = new(() => Print(groups));

    /// <summary>The groups, in the order in which their names stand.</summary>
    public IReadOnlyList<WordGroup> Groups => groups;

    /// <summary>
    /// The names of a number, and in hex behind them the bits that no name is for; null where no name holds.
    /// </summary>
    /// <param name="value">Extended to 64 bits.</param>
    /// <param name="size">Bytes of the number's type.</param>
    public string? Name(long value, int size)
    {
        var output = new StringBuilder();
        var rest = unchecked((ulong)value);
        foreach (var group in groups)
        {
            rest = AddNames(output, group, rest);
        }

        // What a negative number was extended by are no flags of it.
        var left = size < sizeof(ulong) ? rest & ((1UL << (8 * size)) - 1) : rest;
        return output.Length == 0 ? null
            : left == 0 ? output.ToString()
            : output.Append(CultureInfo.InvariantCulture, $"{groups[0].Separator}0x{left:x}").ToString();
    }

    /// <inheritdoc/>
    public bool Equals(NumberWords? other) => other is not null && text.Value == other.text.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NumberWords);

    /// <inheritdoc/>
    public override int GetHashCode() => text.Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => text.Value;

    /// <summary>What is left of the number without what got a name.</summary>
    private static ulong AddNames(StringBuilder output, WordGroup group, ulong number)
    {
        var bits = number & group.Mask;
        if (bits == 0 && group.Nothing is { } nothing)
        {
            Add(output, group, nothing);
            return number;
        }

        foreach (var word in group.Words)
        {
            if (group.AreFlags ? word.Value != 0 && (bits & word.Value) == word.Value : bits == word.Value)
            {
                Add(output, group, word.Text);
                bits &= ~word.Value;
                number &= ~word.Value;
                if (!group.AreFlags)
                {
                    break;
                }
            }
        }

        return number;
    }

    private static void Add(StringBuilder output, WordGroup group, string name) =>
        output.Append(output.Length > 0 ? group.Separator : "").Append(name);

    private static string Print(IReadOnlyList<WordGroup> groups)
    {
        var output = new StringBuilder();
        foreach (var group in groups)
        {
            output.Append(group.AreFlags ? "flags" : "values");
            output.Append(group.Mask == ulong.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $" of 0x{group.Mask:x}"));
            output.Append(group.AreFlags ? $" \"{group.Separator}\"" : "");
            output.Append(group.Nothing is { } nothing ? $" else {nothing}" : "").Append(':');
            foreach (var word in group.Words)
            {
                output.Append(CultureInfo.InvariantCulture, $" 0x{word.Value:x}={word.Text}");
            }

            output.Append('\n');
        }

        return output.ToString();
    }
}
