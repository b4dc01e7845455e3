namespace BpfDashboard.Tracing.Binding;

/// <summary>A fact that is read when first asked for, and again when it has grown old. Safe for many threads.</summary>
internal sealed class Refreshing<T>(Func<T> read, TimeSpan maxAge, TimeProvider time)
    where T : class
{
    private readonly Lock gate = new();
    private T? value;
    private long readAt;

    /// <summary>The value; other threads wait while one reads it.</summary>
    public T Value
    {
        get
        {
            lock (gate)
            {
                if (value is null || time.GetElapsedTime(readAt) >= maxAge)
                {
                    value = read();
                    readAt = time.GetTimestamp();
                }

                return value;
            }
        }
    }
}
