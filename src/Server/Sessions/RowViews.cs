using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Exports;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Sessions;

/// <summary>Rows in the words of the contracts.</summary>
internal static class RowViews
{
    /// <summary>How a session's rows are to be shown.</summary>
    public static RowInfo ToInfo(this RowRenderer renderer) => new(
        [.. renderer.Columns.Select(ToColumn)],
        renderer.HasMessage,
        renderer.Options.KernelStack || renderer.Options.UserStack,
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName($"{renderer.Options.Time}"),
        renderer.Options.ShowCpu,
        renderer.Options.Aggregate);

    /// <summary>A column as it is shown; numbers that people read by names stand as names do.</summary>
    public static RowColumn ToColumn(this ValueColumn column) =>
        new(column.Name, column.Label, column.Type, column is { IsNumber: true, HasWords: false });

    /// <summary>One row as it is shown.</summary>
    public static RowView ToView(this RowRecording rows, NumberedRow numbered)
    {
        var (renderer, row) = (rows.Renderer, numbered.Row);
        return new RowView(
            numbered.Number, rows.Clock.Milliseconds(row), row.Cpu, row.Pid, row.Tid, RowRenderer.Comm(row), row.Slot,
            renderer.HasMessage ? renderer.Words(row) : null, [.. renderer.Columns.Select((_, column) => renderer.Show(row, column)?.ToCell())]);
    }

    /// <summary>All that is known of one row; null if it was let go of, or has not come yet.</summary>
    public static RowDetails? ToDetails(this RowRecording rows, long number)
    {
        if (number < 0 || rows.Store.Read(number, 1) is not [{ } found] || found.Number != number)
        {
            return null;
        }

        return new RowDetails(
            rows.ToView(found),
            rows.Renderer.Fields(found.Row),
            ToFrames(rows.Renderer.KernelStack(found.Row)),
            ToFrames(rows.Renderer.UserStack(found.Row)),
            new BccRows(rows.Renderer, rows.Clock).Line(found.Row));
    }

    private static FrameInfo[]? ToFrames(RowFrames? stack) => stack is null ? null : [.. stack.Frames.Select(frame => new FrameInfo(
        frame.Name, frame.Module, (int)frame.Kind, frame.Offset is { } offset ? $"0x{offset:x}" : null, $"0x{frame.Address:x}"))];

    /// <summary>A value as it is shown in a table.</summary>
    public static RowCell ToCell(this ShownValue value) => new(value.Text, value.Raw, value.IsFault);
}
