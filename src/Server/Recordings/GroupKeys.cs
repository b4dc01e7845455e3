using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// What makes events equal: the same in some columns. A key is a digest of what stands there, since texts may be long
/// and groups many. For one thread at a time.
/// </summary>
internal sealed class GroupKeys
{
    /// <summary>In place of a column: the frames of both stacks.</summary>
    public const string Stack = "stack";

    private readonly IReadOnlyList<Func<Row, string>> parts;
    private readonly StringBuilder text = new();

    private GroupKeys(IReadOnlyList<Func<Row, string>> parts) => this.parts = parts;

    /// <summary>Keys by columns; null with the name of the one that there is not.</summary>
    public static (GroupKeys? Keys, string? Missing) Of(IEnumerable<string> columns, RowRecording rows)
    {
        var parts = new List<Func<Row, string>>();
        foreach (var column in columns)
        {
            if (PartOf(column, rows.Renderer) is not { } part)
            {
                return (null, column);
            }

            parts.Add(part);
        }

        return (new GroupKeys(parts), null);
    }

    /// <summary>The key of an event.</summary>
    public UInt128 Of(Row row)
    {
        text.Clear();
        foreach (var part in parts)
        {
            var words = part(row);
            text.Append(CultureInfo.InvariantCulture, $"{words.Length}:{words}"); // so that no two lists of texts are written alike
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.ToString().AsSpan()), digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    private static Func<Row, string>? PartOf(string column, RowRenderer renderer)
    {
        for (var index = 0; index < renderer.Columns.Count; index++)
        {
            if (renderer.Columns[index].Name == column)
            {
                var place = index;
                return row => renderer.Show(row, place) switch
                {
                    null => "-",
                    { IsFault: true } => "!",
                    { } shown => $"={shown.Text}",
                };
            }
        }

        return column switch
        {
            "cpu" => row => Number(row.Cpu),
            "pid" => row => Number(row.Pid),
            "tid" => row => Number(row.Tid),
            "comm" => RowRenderer.Comm,
            "func" => row => Number(row.Slot),
            "message" => renderer.Words,
            Stack => row => $"{Frames(renderer.KernelStack(row))}\n{Frames(renderer.UserStack(row))}",
            _ => null,
        };
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Frames(RowFrames? stack) =>
        stack is null ? "" : $"{stack.Errno} {string.Join('\n', stack.Frames.Select(SymbolNames.Print))}";
}
