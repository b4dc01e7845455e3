namespace BpfDashboard.Server.Recordings;

/// <summary>Looks at rows one after another, for as long as one answer may.</summary>
internal static class RowLook
{
    /// <summary>Rows between two looks at the clock.</summary>
    private const int Stride = 256;

    /// <summary>Until the end, or until the time is over; at some in any case. The number behind the last is how far it came.</summary>
    public static long Run(RowStore store, TimeProvider time, long from, long end, Action<NumberedRow> look)
    {
        var started = time.GetTimestamp();
        while (from < end)
        {
            var chunk = store.Read(from, (int)Math.Min(Stride, end - from));
            foreach (var row in chunk.Where(row => row.Number < end))
            {
                look(row);
            }

            from = Math.Min(end, chunk.Count > 0 ? chunk[^1].Number + 1 : end);
            if (time.GetElapsedTime(started) >= RowSearch.Budget)
            {
                break;
            }
        }

        return from;
    }
}
