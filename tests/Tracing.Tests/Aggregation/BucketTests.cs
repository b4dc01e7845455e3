using BpfDashboard.Tracing.Aggregation;
using FsCheck;
using FsCheck.Fluent;

namespace BpfDashboard.Tracing.Tests.Aggregation;

/// <summary>How histograms group values.</summary>
public sealed class BucketTests
{
    private static readonly LogBuckets Log = new();

    [Fact]
    public void A_value_is_in_the_range_of_its_bucket_which_is_an_eighth_of_it_at_most() =>
        Prop.ForAll<long, int>((value, shift) =>
        {
            var bits = value << (shift & 63);
            CheckRange(bits, Log.BucketOf(bits, isSigned: true));
            CheckRange((ulong)bits, Log.BucketOf(bits, isSigned: false));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private static void CheckRange(Int128 number, int bucket)
    {
        var (low, high) = Log.Range(bucket);
        Assert.True(low <= number && number <= high, $"{number}: {low} to {high}");
        Assert.True(high - low + 1 <= Int128.Max(1, Int128.Abs(number) / 8), $"{number}: {low} to {high}");
    }

    [Fact]
    public void Small_values_have_buckets_of_their_own() => Assert.All(Enumerable.Range(-16, 33), value =>
    {
        Assert.Equal(value, Log.BucketOf(value, isSigned: true));
        Assert.Equal(Math.Abs(value) == 16 ? 1 : 0, (int)(Log.Range(value).High - Log.Range(value).Low)!.Value);
    });

    [Theory]
    [InlineData(long.MinValue, 3)]
    [InlineData(-1000, 9)]
    [InlineData(0, 4)]
    [InlineData(7, 1000)]
    [InlineData(long.MaxValue, 17)]
    public void A_sum_of_which_64_bits_are_known_is_the_one_that_the_extremes_allow(long value, long count)
    {
        var whole = (Int128)value * count;
        Assert.Equal(whole, new Measure(unchecked(value * count), value, value).Whole(count));
        Assert.Equal((Int128)ulong.MaxValue * count, new Measure(-count, ulong.MaxValue, ulong.MaxValue).Whole(count));
    }

    [Fact]
    public void Ranges_of_buckets_follow_one_another_without_gaps()
    {
        for (var bucket = -488; bucket < 495; bucket++)
        {
            Assert.Equal(Log.Range(bucket).High + 1, Log.Range(bucket + 1).Low);
        }

        Assert.Equal((long.MinValue, long.MinValue), Log.Range(-488));
        Assert.Equal(ulong.MaxValue, Log.Range(495).High);
        Assert.Equal(495, Log.BucketOf(-1, isSigned: false));
    }

    [Theory]
    [InlineData(-11, 0)]
    [InlineData(-10, 1)]
    [InlineData(-1, 1)]
    [InlineData(0, 2)]
    [InlineData(24, 4)]
    [InlineData(25, 5)]
    [InlineData(long.MaxValue, 5)]
    [InlineData(long.MinValue, 0)]
    public void Buckets_of_equal_width_have_one_for_each_end(long value, int bucket)
    {
        var linear = new LinearBuckets(-10, 25, 10);
        Assert.Equal(bucket, linear.BucketOf(value, isSigned: true));
        var (low, high) = linear.Range(bucket);
        Assert.True((low ?? Int128.MinValue) <= value && value <= (high ?? Int128.MaxValue));
    }

    [Fact]
    public void A_large_unsigned_value_is_not_below_zero() =>
        Assert.Equal(3, new LinearBuckets(-10, 10, 10).BucketOf(-1, isSigned: false));
}
