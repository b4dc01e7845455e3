using System.Runtime.CompilerServices;
using BpfDashboard.Server.Tests;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.ScriptedServer;

/// <summary>
/// Made-up distributions that look as real ones do. The words of a command say which, in any order: <c>latency</c>
/// (two humps, one of which wanders), <c>values</c> (-C of hostile texts), <c>keyed</c> (a histogram by file descriptor),
/// <c>linear</c>, <c>signed</c>; <c>top</c> asks for -T 20, <c>many</c> for 5,000 values, <c>huge</c> for 65,536, <c>quiet</c> for no call at all,
/// <c>lossy</c> for losses. The same command gives the same hits, tick for tick.
/// </summary>
internal sealed class DistributionLoads
{
    private const int PerTick = 400;
    private static readonly string[] Hostile =
    [
        "/var/log/nginx/access.log", "<img src=x onerror=alert(1)>", "\u202egnp.exe", "a\tb\nc", "", " leading and trailing ",
        "';DROP TABLE keys;--", "\"quoted\" & <b>bold</b>", "ключ", "键值", "👩‍🚀 emoji", new string('x', 70),
    ];

    private static readonly (string Word, PlayedDistribution Distribution)[] All =
    [
        ("values", new PlayedDistribution(null, "p:c:open(char *path, int flags):char*,int:path,flags", null,
            [PlayedDistribution.Key("path", isText: true), PlayedDistribution.Key("flags")], null)),
        ("latency", new PlayedDistribution("latency of reads", "r:c:read():u64:$latency", new LogBuckets(), [], PlayedDistribution.Latency)),
        ("keyed", new PlayedDistribution(null, "r:c:read(int fd):int,u64:fd,$latency", new LogBuckets(),
            [PlayedDistribution.Key("fd")], PlayedDistribution.Latency)),
        ("linear", new PlayedDistribution(null, "r:c:score():long:$retval", new LinearBuckets(-100, 500, 25), [], PlayedDistribution.Signed("$retval"))),
        ("signed", new PlayedDistribution(null, "r:c:recv():long:$retval", new LogBuckets(), [], PlayedDistribution.Signed("$retval"))),
    ];

    private readonly ConditionalWeakTable<ScriptedTracing, Player> players = [];

    public static IReadOnlyList<PlayedDistribution> Of(string command) =>
        [.. All.Where(one => command.Contains(one.Word, StringComparison.Ordinal)).Select(one => one.Distribution)];

    public static DistributionOptions OptionsOf(string command) =>
        new() { Top = command.Contains("top", StringComparison.Ordinal) ? 20 : null };

    /// <summary>The hits of a session's next tick.</summary>
    public void Play(ScriptedTracing tracing) => players.GetValue(tracing, one => new Player(one.Text)).Play(tracing);

    /// <summary>One session's way through the script.</summary>
    private sealed class Player(string command)
    {
        private readonly Random random = new(7);
        private readonly string[] words = [.. All.Select(one => one.Word).Where(word => command.Contains(word, StringComparison.Ordinal))];
        private readonly int values = Has(command, "huge") ? 65_536 : Has(command, "many") ? 5000 : 300;
        private int tick;

        public void Play(ScriptedTracing tracing)
        {
            if (Has(command, "quiet"))
            {
                return;
            }

            tick++;
            foreach (var (index, word) in words.Index())
            {
                Play(tracing, index, word);
            }

            if (Has(command, "lossy"))
            {
                tracing.Lose(LossCause.MapFull, 3);
            }
        }

        private void Play(ScriptedTracing tracing, int index, string word)
        {
            for (var hit = 0; hit < PerTick; hit++)
            {
                switch (word)
                {
                    case "values":
                        Value(tracing, index, hit);
                        break;
                    case "keyed":
                        var fd = (int)(40 * Math.Pow(random.NextDouble(), 3));
                        tracing.Count(index, [fd], Bell(2000 * Math.Pow(1.25, fd), 0.4));
                        break;
                    case "linear":
                        tracing.Count(index, [], (long)(150 + (Normal() * 140)));
                        break;
                    case "signed":
                        tracing.Count(index, [], random.Next(8) == 0 ? -random.Next(1, 120) : Bell(1500, 1.2));
                        break;
                    default:
                        // Cache hits, and a disk that is slow in waves.
                        tracing.Count(index, [], random.Next(4) > 0
                            ? Bell(3_000, 0.35)
                            : Bell(900_000 * (1.6 + Math.Sin(tick / 25.0)), 0.25));
                        break;
                }
            }
        }

        // In the first tick each value comes once, so that all are there.
        private void Value(ScriptedTracing tracing, int index, int hit)
        {
            if (tick == 1 && hit == 0)
            {
                for (var each = 0; each < values; each++)
                {
                    tracing.Count(index, KeyOf(each));
                }
            }

            tracing.Count(index, KeyOf((int)(values * Math.Pow(random.NextDouble(), 4))));
        }

        private static object?[] KeyOf(int value) =>
        [
            value == 13 ? null : value < Hostile.Length ? Hostile[value] : $"/srv/data/{value % 17}/file-{value}.dat",
            value % 5 * 64,
        ];

        private long Bell(double middle, double width) => (long)(middle * Math.Exp(Normal() * width));

        private double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

        private static bool Has(string command, string word) => command.Contains(word, StringComparison.Ordinal);
    }
}
