using BpfDashboard.Server.Recordings;

namespace BpfDashboard.Server.Tests;

public sealed class MatchSetTests
{
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.001)]
    [InlineData(3, 1)]
    [InlineData(4, 0)]
    public void A_set_is_a_list_of_the_numbers_that_match(int seed, double share)
    {
        var (random, set, list) = (new Random(seed), new MatchSet(), new List<long>());
        var number = random.NextInt64(10_000);
        set.Forget(number);
        for (var step = 0; step < 300; step++)
        {
            for (var count = random.Next(200); count > 0; count--, number++)
            {
                var matches = random.NextDouble() < share;
                set.Add(number, matches);
                if (matches)
                {
                    list.Add(number);
                }
            }

            var before = Math.Max(0, number - random.Next(20_000));
            set.Forget(before);
            list.RemoveAll(one => one < before);
            var somewhere = number - random.Next(25_000);
            var passed = random.Next(list.Count + 2);
            Assert.Equal((list.Count, number), (set.Count, set.Looked));
            Assert.Equal(list.Count(one => one < somewhere), set.CountBefore(somewhere));
            Assert.Equal(list.Skip(passed).Take(50), set.From(passed).Take(50));
        }
    }

    [Fact]
    public void A_million_rows_take_a_bit_each()
    {
        var set = new MatchSet();
        for (var number = 0; number < 1_000_000; number++)
        {
            set.Add(number, true);
        }

        Assert.InRange(set.Size, 125_000, 150_000);
        set.Forget(2_000_000);
        Assert.Equal((0, 0, 2_000_000), (set.Count, set.Size, set.Looked));
    }
}
