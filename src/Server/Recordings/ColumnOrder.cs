using System.Runtime.CompilerServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// Rows by the value of a column, smallest first: rows without the value, then numbers, or texts as people order them.
/// Equal ones are in the order in which they came. For one thread at a time.
/// </summary>
internal sealed class ColumnOrder
{
    /// <summary>Of longer texts only the beginning counts: it bounds the memory.</summary>
    private const int MaxText = 64;
    private const int MaxTextSize = 24 + (2 * MaxText);

    private readonly List<Key> sorted = [];
    private readonly List<Key> arrived = [];
    private long first;
    private long textSize;

    /// <summary>The number behind the last row that was added.</summary>
    public long Looked { get; private set; }

    /// <summary>How many rows there are.</summary>
    public int Count => sorted.Count;

    /// <summary>Bytes of memory, about.</summary>
    public long Size => (sorted.Capacity * (long)Unsafe.SizeOf<Key>()) + Math.Min(textSize, sorted.Count * (long)MaxTextSize);

    /// <summary>What a column says of rows; null if there is no such column.</summary>
    public static Func<Row, (Int128? Number, string? Text)>? KeysOf(string column, RowRecording rows)
    {
        var renderer = rows.Renderer;
        for (var index = 0; index < renderer.Columns.Count; index++)
        {
            if (renderer.Columns[index].Name == column)
            {
                var (place, isNumber) = (index, renderer.Columns[index].IsNumber);
                return row => isNumber ? (renderer.Number(row, place), null)
                    : (null, renderer.Show(row, place) is { IsFault: false, Text: var text } ? text : null);
            }
        }

        return column switch
        {
            "time" => row => (row.Time, null),
            "cpu" => row => (row.Cpu, null),
            "pid" => row => (row.Pid, null),
            "tid" => row => (row.Tid, null),
            "comm" => row => (null, RowRenderer.Comm(row)),
            "func" => row => (null, renderer.Function(row)),
            "message" => row => (null, renderer.Words(row)),
            _ => null,
        };
    }

    /// <summary>Notes the next row; it has its place after <see cref="Settle"/>.</summary>
    public void Add(long number, (Int128? Number, string? Text) value)
    {
        var text = value.Text is { Length: > MaxText } whole ? whole[..MaxText] : value.Text;
        textSize += text is null ? 0 : 24 + (2 * text.Length);
        arrived.Add(Key.Of(value.Number, text, number));
        Looked = number + 1;
    }

    /// <summary>Says how far was looked, when the last rows were not to be added.</summary>
    public void Reach(long looked) => Looked = Math.Max(Looked, looked);

    /// <summary>Gives the rows that were noted their places, and forgets those before a number.</summary>
    public void Settle(long before)
    {
        if (before > first)
        {
            sorted.RemoveAll(key => key.Row < before);
            arrived.RemoveAll(key => key.Row < before);
            first = before;
        }

        arrived.Sort();
        Merge();
        arrived.Clear();
    }

    /// <summary>The number of the row at a place.</summary>
    public long At(int place) => sorted[place].Row;

    /// <summary>From the back, so that nothing is moved twice.</summary>
    private void Merge()
    {
        var (left, right) = (sorted.Count - 1, arrived.Count - 1);
        sorted.AddRange(arrived);
        for (var target = sorted.Count - 1; right >= 0; target--)
        {
            sorted[target] = left >= 0 && sorted[left].CompareTo(arrived[right]) > 0 ? sorted[left--] : arrived[right--];
        }
    }

    /// <summary>A value and its row, in 32 bytes: there may be millions.</summary>
    private readonly record struct Key(Rank Rank, ulong Number, string? Text, long Row) : IComparable<Key>
    {
        public static Key Of(Int128? number, string? text, long row) => number switch
        {
            null => new(text is null ? Rank.Nothing : Rank.Text, 0, text, row),
            { } value => new(value < 0 ? Rank.Negative : Rank.Positive, unchecked((ulong)value), null, row),
        };

        public int CompareTo(Key other)
        {
            var order = Rank.CompareTo(other.Rank);
            order = order != 0 ? order : Number.CompareTo(other.Number);
            order = order != 0 || Text is null ? order : string.Compare(Text, other.Text, StringComparison.OrdinalIgnoreCase);
            return order != 0 ? order : Row.CompareTo(other.Row);
        }
    }

    private enum Rank : byte
    {
        Nothing,
        Negative,
        Positive,
        Text,
    }
}
