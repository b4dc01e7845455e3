using System.Numerics;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// Which rows match, one bit each, of those that were looked at; so a million rows take 128 kB. For one thread at a
/// time.
/// </summary>
internal sealed class MatchSet
{
    private const int BlockBits = 4096;
    private const int WordBits = 64;
    private readonly List<Block> blocks = [];
    private long firstBlock;

    /// <summary>The number behind the last row that was looked at.</summary>
    public long Looked { get; private set; }

    /// <summary>How many match.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes of memory.</summary>
    public long Size => blocks.Count * (long)((BlockBits / 8) + 64);

    /// <summary>Says of the next row whether it matches.</summary>
    public void Add(long number, bool matches)
    {
        Looked = number + 1;
        if (matches)
        {
            if (blocks.Count == 0)
            {
                firstBlock = number / BlockBits;
            }

            while (firstBlock + blocks.Count <= number / BlockBits)
            {
                blocks.Add(new Block());
            }

            blocks[^1].Words[number % BlockBits / WordBits] |= 1UL << (int)(number % WordBits);
            blocks[^1].Count++;
            Count++;
        }
    }

    /// <summary>Forgets the rows before a number, and goes on there if that is further.</summary>
    public void Forget(long before)
    {
        Looked = Math.Max(Looked, before);
        var whole = (int)Math.Clamp((before / BlockBits) - firstBlock, 0, blocks.Count);
        Count -= blocks.Take(whole).Sum(block => (long)block.Count);
        blocks.RemoveRange(0, whole);
        firstBlock += whole;
        if (blocks.Count > 0 && before > firstBlock * BlockBits)
        {
            Count -= blocks[0].Clear((int)(before - (firstBlock * BlockBits)));
        }
    }

    /// <summary>How many rows with smaller numbers match.</summary>
    public long CountBefore(long number)
    {
        var block = (int)Math.Clamp((number / BlockBits) - firstBlock, 0, blocks.Count);
        var whole = blocks.Take(block).Sum(one => (long)one.Count);
        return block < blocks.Count && number > (firstBlock + block) * BlockBits
            ? whole + blocks[block].CountBefore((int)(number % BlockBits))
            : whole;
    }

    /// <summary>The numbers of matching rows, from the one that so many match before.</summary>
    public IEnumerable<long> From(long passedOver)
    {
        for (var index = 0; index < blocks.Count; index++)
        {
            if (passedOver >= blocks[index].Count)
            {
                passedOver -= blocks[index].Count;
                continue;
            }

            foreach (var bit in blocks[index].Bits().Skip((int)passedOver))
            {
                yield return ((firstBlock + index) * BlockBits) + bit;
            }

            passedOver = 0;
        }
    }

    private sealed class Block
    {
        public ulong[] Words { get; } = new ulong[BlockBits / WordBits];

        public int Count { get; set; }

        public int CountBefore(int bit)
        {
            var count = Words.Take(bit / WordBits).Sum(BitOperations.PopCount);
            return count + (bit % WordBits == 0 ? 0 : BitOperations.PopCount(Words[bit / WordBits] & Below(bit)));
        }

        /// <summary>Clears all bits before one, and returns how many were set.</summary>
        public int Clear(int before)
        {
            var cleared = CountBefore(before);
            Words.AsSpan(0, before / WordBits).Clear();
            if (before % WordBits != 0)
            {
                Words[before / WordBits] &= ~Below(before);
            }

            Count -= cleared;
            return cleared;
        }

        public IEnumerable<int> Bits()
        {
            for (var word = 0; word < Words.Length; word++)
            {
                for (var left = Words[word]; left != 0; left &= left - 1)
                {
                    yield return (word * WordBits) + BitOperations.TrailingZeroCount(left);
                }
            }
        }

        private static ulong Below(int bit) => (1UL << (bit % WordBits)) - 1;
    }
}
