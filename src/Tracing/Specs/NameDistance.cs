using System.Numerics;

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

    private readonly string _wrong;
    private readonly ulong _letters;
    private readonly int _bound;
    private readonly List<Range> _words = [];
    private readonly List<Range> _candidateWords = [];
    private readonly int[] _wordCosts;
    private int[] _row, _above, _twoAbove;
    private string _candidate = "";

    public NameDistance(string wrong)
    {
        _wrong = wrong.ToLowerInvariant();
        _letters = LettersOf(_wrong);
        _bound = Mistake * ((_wrong.Length + 2) / 3);
        Split(_wrong, _words);
        _wordCosts = new int[_words.Count + 1];
        (_row, _above, _twoAbove) = (new int[_wrong.Length + 1], new int[_wrong.Length + 1], new int[_wrong.Length + 1]);
    }

    /// <summary>The cost of reaching <paramref name="name"/>, or null if it is not near.</summary>
    public int? To(string name)
    {
        if (Mistake * BitOperations.PopCount(_letters & ~LettersOf(name)) > _bound)
        {
            return null;
        }

        _candidate = name.ToLowerInvariant();
        var cost = Math.Min(ByLetters(), ByWords());
        return cost <= _bound ? cost : null;
    }

    private int ByLetters() =>
        Mistake * Math.Abs(_wrong.Length - _candidate.Length) > _bound
            ? int.MaxValue
            : Letters(.., ..);

    /// <summary>Edit distance over words: a word more in the candidate is cheap, a lost one costs its length.</summary>
    private int ByWords()
    {
        Split(_candidate, _candidateWords);
        if (_words.Count == 0 || ExtraWord * (_candidateWords.Count - _words.Count) > _bound)
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
            AddWord(word);
        }

        return _wordCosts[^1];
    }

    private void AddWord(Range word)
    {
        var diagonal = _wordCosts[0];
        _wordCosts[0] += ExtraWord;
        for (var i = 1; i <= _words.Count; i++)
        {
            var extra = _wordCosts[i] + ExtraWord;
            var lost = _wordCosts[i - 1] + Lost(_words[i - 1]);
            var best = Math.Min(extra, lost);
            if (diagonal < best)
            {
                best = Math.Min(best, diagonal + Letters(_words[i - 1], word));
            }

            (diagonal, _wordCosts[i]) = (_wordCosts[i], best);
        }
    }

    /// <summary>Damerau-Levenshtein distance (adjacent letters swapped once count as one mistake), case ignored.</summary>
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

    /// <summary>Fills one row and returns its least cost, below which no later row can fall.</summary>
    private int NextRow(ReadOnlySpan<char> wrong, ReadOnlySpan<char> candidate, int j)
    {
        _row[0] = j;
        var least = j;
        for (var i = 1; i <= wrong.Length; i++)
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

        return least;
    }

    private static int Lost(Range word) => Mistake * (word.End.Value - word.Start.Value);

    private static ulong LettersOf(string text)
    {
        var letters = 0UL;
        foreach (var c in text)
        {
            // ASCII folds onto 32 letters, so that 'R' and 'r' are one; digits and signs share bits, which only
            // makes the filter let more through.
            letters |= 1UL << (c & 31);
        }

        return letters;
    }

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
