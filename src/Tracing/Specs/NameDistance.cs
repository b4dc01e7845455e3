namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// How far names lie from one wrong name. A kernel has 100,000 of them, so all that depends on the wrong one is made
/// once, and most names are refused by the letters they lack.
/// </summary>
internal sealed class NameDistance
{
    // Costs are in halves of a typing mistake.
    private const int Mistake = 2;
    private const int ExtraWord = 1;
    private const int OtherSpelling = 1;
    private const int MostMistakes = 5;
    private const int Far = 1000;

    private readonly string _wrong;
    private readonly int _length;
    private readonly int[] _letters = new int[128];
    private readonly int _bound;
    private readonly List<Range> _words = [];
    private readonly List<Range> _candidateWords = [];
    private readonly int[] _wordCosts;
    private int[] _row, _above, _twoAbove;
    private string _candidate = "";

    public NameDistance(string wrong)
    {
        _wrong = wrong.ToLowerInvariant();
        _length = _wrong.Count(char.IsLetterOrDigit);
        _bound = Mistake * Math.Min((_wrong.Length + 2) / 3, MostMistakes);
        foreach (var c in _wrong.Where(char.IsLetterOrDigit))
        {
            _letters[Bin(c)]++;
        }

        Split(_wrong, _words);
        _wordCosts = new int[_words.Count + 1];
        var columns = _wrong.Length + 1;
        (_row, _above, _twoAbove) = (new int[columns], new int[columns], new int[columns]);
    }

    /// <summary>The cost of reaching <paramref name="name"/>, or null if it is not near.</summary>
    public int? To(string name)
    {
        if (Mistake * (_length - name.Length) > _bound)
        {
            return null;
        }

        var least = Mistake * LettersMissingIn(name);
        if (least > _bound)
        {
            return null;
        }

        _candidate = name.ToLowerInvariant();
        var cost = Math.Min(ByLetters(), ByWords(least));
        return cost <= _bound ? cost : null;
    }

    private int ByLetters() =>
        Mistake * Math.Abs(_wrong.Length - _candidate.Length) > _bound
            ? int.MaxValue
            : Letters(.., ..);

    /// <summary>Edit distance over words: a word more in the candidate is cheap, a lost one costs its length.</summary>
    private int ByWords(int least)
    {
        Split(_candidate, _candidateWords);
        var extra = Math.Max(0, _candidateWords.Count - _words.Count);
        if (_words.Count == 0 || least + (ExtraWord * extra) + OtherSpelling > _bound)
        {
            return int.MaxValue;
        }

        _wordCosts[0] = OtherSpelling;
        for (var i = 1; i <= _words.Count; i++)
        {
            _wordCosts[i] = _wordCosts[i - 1] + Lost(_words[i - 1]);
        }

        foreach (var word in _candidateWords)
        {
            if (AddWord(word) > _bound)
            {
                return int.MaxValue;
            }
        }

        return _wordCosts[^1];
    }

    /// <summary>The next row of <see cref="ByWords"/>; returns its least cost.</summary>
    private int AddWord(Range word)
    {
        var diagonal = _wordCosts[0];
        var least = _wordCosts[0] += ExtraWord;
        for (var i = 1; i <= _words.Count; i++)
        {
            var extra = _wordCosts[i] + ExtraWord;
            var lost = _wordCosts[i - 1] + Lost(_words[i - 1]);
            var best = Math.Min(extra, lost);
            if (diagonal + LeastLetters(_words[i - 1], word) < best)
            {
                best = Math.Min(best, diagonal + Letters(_words[i - 1], word));
            }

            (diagonal, _wordCosts[i]) = (_wordCosts[i], best);
            least = Math.Min(least, best);
        }

        return least;
    }

    /// <summary>Damerau-Levenshtein distance (two adjacent letters swapped are one mistake), case ignored.</summary>
    private int Letters(Range inWrong, Range inCandidate)
    {
        var wrong = _wrong.AsSpan(inWrong);
        var candidate = _candidate.AsSpan(inCandidate);
        if (wrong.SequenceEqual(candidate))
        {
            return 0;
        }

        for (var i = 0; i <= wrong.Length; i++)
        {
            _row[i] = i;
            _above[i] = _twoAbove[i] = Far;
        }

        for (var j = 1; j <= candidate.Length; j++)
        {
            (_twoAbove, _above, _row) = (_above, _row, _twoAbove);
            if (NextRow(wrong, candidate, j) * Mistake > _bound)
            {
                return _bound + 1;
            }
        }

        return _row[wrong.Length] * Mistake;
    }

    /// <summary>
    /// Fills one row, no further from the diagonal than mistakes are allowed, and returns its least cost, below which
    /// no later row can fall.
    /// </summary>
    private int NextRow(ReadOnlySpan<char> wrong, ReadOnlySpan<char> candidate, int j)
    {
        var (from, to) = (Math.Max(1, j - MostMistakes), Math.Min(wrong.Length, j + MostMistakes));
        if (from > to)
        {
            return Far;
        }

        _row[from - 1] = from == 1 ? j : Far;
        var least = _row[from - 1];
        for (var i = from; i <= to; i++)
        {
            var same = wrong[i - 1] == candidate[j - 1];
            var cost = Math.Min(Math.Min(_row[i - 1], _above[i]) + 1, _above[i - 1] + (same ? 0 : 1));
            if (i > 1 && j > 1 && wrong[i - 1] == candidate[j - 2] && wrong[i - 2] == candidate[j - 1])
            {
                cost = Math.Min(cost, _twoAbove[i - 2] + 1);
            }

            _row[i] = cost;
            least = Math.Min(least, cost);
        }

        if (to < wrong.Length)
        {
            _row[to + 1] = Far;
        }

        return least;
    }

    private static int Lost(Range word) => Mistake * (word.End.Value - word.Start.Value);

    private static int LeastLetters(Range a, Range b) => Math.Abs(Lost(a) - Lost(b));

    /// <summary>How many letters of the wrong name the other lacks; each costs at least one mistake.</summary>
    private int LettersMissingIn(string name)
    {
        var found = 0;
        foreach (var c in name)
        {
            found += _letters[Bin(c)]-- > 0 ? 1 : 0;
        }

        foreach (var c in name)
        {
            _letters[Bin(c)]++;
        }

        return _length - found;
    }

    // Capital and small letters share a bin. That others do too only lets a few more names through.
    private static int Bin(char c) => (c | 0x20) & 0x7F;

    private static void Split(string text, List<Range> words)
    {
        words.Clear();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                continue;
            }

            if (i > start)
            {
                words.Add(start..i);
            }

            start = i + 1;
        }
    }
}
