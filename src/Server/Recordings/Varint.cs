namespace BpfDashboard.Server.Recordings;

/// <summary>Whole numbers in as few bytes as they need: seven bits per byte, low bits first.</summary>
internal static class Varint
{
    /// <summary>The most bytes one number takes.</summary>
    public const int MaxBytes = 10;

    /// <summary>Writes at <paramref name="position"/> and returns the position behind. Negative numbers take ten bytes.</summary>
    public static int Write(Span<byte> target, int position, long value)
    {
        var rest = (ulong)value;
        while (rest >= 0x80)
        {
            target[position++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        target[position++] = (byte)rest;
        return position;
    }

    /// <summary>Reads at <paramref name="position"/> and moves it behind the number.</summary>
    public static long Read(ReadOnlySpan<byte> source, ref int position)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = source[position++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }
    }
}
