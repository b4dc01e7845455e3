using System.Numerics;

namespace BpfDashboard.Tracing.Aggregation;

/// <summary>How a histogram groups values: the kernel's program, the views and the exports all count by these.</summary>
public abstract record Buckets
{
    /// <summary>The bucket of a value.</summary>
    /// <param name="value">As 64 bits; <paramref name="isSigned"/> says how to read them.</param>
    public abstract int BucketOf(long value, bool isSigned);

    /// <summary>The smallest value of a bucket, and the largest; null where there is no end.</summary>
    public abstract (Int128? Low, Int128? High) Range(int bucket);

    /// <summary>The lowest bucket that there can be, and the highest.</summary>
    public abstract (int First, int Last) Ends();
}

/// <summary>
/// Eight buckets for each power of two, and one for each value below 16: none is wider than an eighth of its values, so
/// that what is estimated is within 6.25 %. BCC's rows, one for each power of two, are sums of these. Negative values
/// have the same buckets with a minus.
/// </summary>
public sealed record LogBuckets : Buckets
{
    /// <summary>log2 of the buckets of a power of two.</summary>
    public const int Bits = 3;

    private static readonly int Highest = BucketOf(ulong.MaxValue);

    /// <inheritdoc/>
    public override (int First, int Last) Ends() => (-Highest, Highest);

    /// <inheritdoc/>
    public override int BucketOf(long value, bool isSigned) =>
        isSigned && value < 0 ? -BucketOf((ulong)-value) : BucketOf((ulong)value); // of the smallest, its own bits are the size

    /// <inheritdoc/>
    public override (Int128? Low, Int128? High) Range(int bucket)
    {
        var (low, high) = Positive(Math.Abs(bucket));
        return bucket < 0 ? (Int128.Max(-high, long.MinValue), -low) : (low, high); // the lowest holds but one value
    }

    private static int BucketOf(ulong size)
    {
        var shift = Math.Max(BitOperations.Log2(size) - Bits, 0);
        return (shift << Bits) + (int)(size >> shift);
    }

    private static (Int128 Low, Int128 High) Positive(int bucket)
    {
        var shift = Math.Max((bucket >> Bits) - 1, 0);
        var first = (Int128)(bucket - (shift << Bits));
        return (first << shift, ((first + 1) << shift) - 1);
    }
}

/// <summary>
/// Buckets of equal width: bucket 1 begins at <see cref="Min"/>; what is smaller is in bucket 0, and what is
/// <see cref="Max"/> or larger in the one behind the last.
/// </summary>
public sealed record LinearBuckets(long Min, long Max, long Step) : Buckets
{
    /// <summary>Most buckets.</summary>
    public const int Most = 4096;

    /// <inheritdoc/>
    public override (int First, int Last) Ends() => (0, Count + 1);

    /// <summary>How many there are between the two ends.</summary>
    public int Count => (int)(((Int128)Max - Min + Step - 1) / Step);

    /// <inheritdoc/>
    public override int BucketOf(long value, bool isSigned)
    {
        var number = isSigned ? (Int128)value : (ulong)value;
        return number < Min ? 0 : number >= Max ? Count + 1 : (int)((number - Min) / Step) + 1;
    }

    /// <inheritdoc/>
    public override (Int128? Low, Int128? High) Range(int bucket)
    {
        var low = Min + ((Int128)(bucket - 1) * Step);
        return bucket <= 0 ? (null, (Int128)Min - 1)
            : bucket > Count ? (Max, null)
            : (low, Int128.Min(low + Step, Max) - 1);
    }
}
