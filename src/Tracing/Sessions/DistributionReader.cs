using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>Reads the distributions of a session: what grew in each, with keys and series numbered as they appear.</summary>
internal sealed class DistributionReader : IDisposable
{
    private readonly DistributionImage _image;
    private readonly IReadOnlyList<BpfMap> _maps;
    private readonly PerCpuCounters _losses;
    private readonly DistributionCounts[] _counts;
    private readonly Numbers<(int Distribution, string Key)> _keys = new(0);
    private readonly Numbers<DistributionSeries> _series = new(0);

    /// <summary>The series of each key that counts were read of before, by the very array: the same one comes again.</summary>
    private readonly Dictionary<byte[], int> _ids = new(ReferenceEqualityComparer.Instance);
    private readonly List<(byte[] Key, long Count, Measure Measure)> _deltas = [];
    private readonly BpfMap?[] _stopped;
    private LossDelta[] _lost = [];
    private bool _isFull;

    internal DistributionReader(DistributionImage image, IReadOnlyList<BpfMap> maps, int possibleCpus)
    {
        (_image, _maps) = (image, maps);
        _losses = new PerCpuCounters(maps[image.LossesMap], possibleCpus);
        _counts = [.. image.Maps.Select(one => new DistributionCounts(
            maps[one.CountsMap].Inner ?? throw new ArgumentException("there is no map of counts", nameof(maps)),
            one.IsSigned, possibleCpus))];
        _stopped = new BpfMap?[_counts.Length];
    }

    /// <summary>What grew since the call before; <see cref="Losses"/> are those up to then. For each tick.</summary>
    internal DistributionChanges Read()
    {
        _lost = [.. _losses.ReadDeltas().Select(loss => new LossDelta((LossCause)loss.Slot, loss.Delta))];
        _isFull |= Array.Exists(_lost, loss => loss.Cause == LossCause.MapFull);
        var keys = new List<DistributionKey>();
        var grown = new SortedDictionary<int, (long Count, Measure Measure)>();
        for (var distribution = 0; distribution < _counts.Length; distribution++)
        {
            _deltas.Clear();
            if (_counts[distribution].IsDue() || _stopped[distribution] is not null)
            {
                _counts[distribution].ReadDeltas(_deltas);
            }

            foreach (var (key, count, measure) in _deltas)
            {
                if (!_ids.TryGetValue(key, out var id))
                {
                    _ids[key] = id = SeriesOf(distribution, key, keys);
                }

                grown[id] = (count, measure);
            }
        }

        _keys.TakeNew();
        return new DistributionChanges(
            keys,
            _series.TakeNew(),
            [.. grown.Select(one => new CountDelta(one.Key, one.Value.Count))],
            [.. grown.Values.Select(one => one.Measure)])
        {
            KeysTurnedAway = _isFull ? TurnedAway() : 0,
        };
    }

    /// <summary>The losses between the last two reads.</summary>
    internal IReadOnlyList<LossDelta> Losses => _lost;

    /// <summary>Lets no program count any more, and waits for those that do; what they counted is in the next reads.</summary>
    internal void StopCounting()
    {
        for (var distribution = 0; distribution < _stopped.Length; distribution++)
        {
            _stopped[distribution] ??= _maps[_image.Maps[distribution].CountsMap].TakeOut();
        }
    }

    public void Dispose()
    {
        foreach (var map in _stopped)
        {
            map?.Dispose();
        }
    }

    /// <summary>The same key with another bucket is another series of the same key.</summary>
    private int SeriesOf(int distribution, byte[] key, List<DistributionKey> added)
    {
        var bucket = DistributionKeyLayout.BucketOf(key);
        var plain = key.AsSpan().ToArray();
        plain.AsSpan(DistributionKeyLayout.Bucket, sizeof(int)).Clear();
        var before = _keys.Count;
        var number = _keys.Of((distribution, Convert.ToBase64String(plain)));
        if (_keys.Count > before)
        {
            added.Add(new DistributionKey(distribution, plain));
        }

        return _series.Of(new DistributionSeries(number, bucket));
    }

    /// <summary>How many different keys found no room: an estimate from how many of their hashes are marked.</summary>
    private long TurnedAway() => _image.Maps.Sum(one => Estimate(_maps[one.TurnedAwayMap]));

    private static unsafe long Estimate(BpfMap map)
    {
        var marks = new byte[DistributionMaps.TurnedAwaySize];
        uint key = 0;

        // The value has this size.
        fixed (byte* value = marks)
        {
            BpfException.ThrowIfFailed(Native.MapLookupElem(map.Handle, &key, value), "read which keys were turned away");
        }

        var free = Math.Max(marks.AsSpan().Count((byte)0), 1);
        return (long)Math.Round(marks.Length * Math.Log((double)marks.Length / free));
    }
}
