using System.Runtime.CompilerServices;
using BpfDashboard.Server.Tests;
using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.ScriptedServer;

/// <summary>
/// Plays a made-up load: a call tree of as many nodes as asked for (a few less: random siblings may be the same frame),
/// up to 60 deep, user frames outside and kernel frames inside. In the first ticks of a session its stacks appear, the
/// same number in each; in all ticks some of those that have appeared are hit, few of them often and many seldom. The
/// same seed gives the same load.
/// </summary>
/// <param name="nodes">Nodes of the tree, at least 1.</param>
/// <param name="growTicks">Ticks until all of it has appeared.</param>
/// <param name="hitsPerTick">Stacks that are hit in a tick, besides new ones.</param>
internal sealed class LoadScript(int nodes, int growTicks, int hitsPerTick, int seed)
{
    private const int MaxDepth = 60;
    private const int Functions = 200;
    private const int Variants = 64;
    private static readonly StackContext[] Processes =
    [
        new(101, 0, -1, "nginx"), new(102, 0, -1, "nginx"), new(201, 0, -1, "postgres"), new(301, 0, -1, "node"),
        new(401, 0, -1, "<&\"evil\">"),
    ];

    private readonly int seed = seed;
    private readonly int hitsPerTick = hitsPerTick;
    private readonly string[] stacks = Grow(nodes, new Random(seed));
    private readonly ConditionalWeakTable<ScriptedTracing, Player> players = [];

    /// <summary>The hits of a session's next tick.</summary>
    public void Play(ScriptedTracing tracing) => players.GetValue(tracing, _ => new Player(this)).Play(tracing);

    /// <summary>The stacks of a random tree's leaves: all nodes are on the way to one.</summary>
    private static string[] Grow(int nodes, Random random)
    {
        var parents = new int[nodes + 1];
        var depths = new int[nodes + 1];
        var isLeaf = new bool[nodes + 1];
        var frames = new string[nodes + 1];
        for (var node = 1; node <= nodes; node++)
        {
            // Mostly on from the last node, so that the tree is deep; from anywhere else as far as it is not too deep.
            var parent = random.Next(4) > 0 && depths[node - 1] < MaxDepth ? node - 1 : random.Next(node);
            parent = depths[parent] < MaxDepth ? parent : 0;
            (parents[node], depths[node], isLeaf[node], isLeaf[parent]) = (parent, depths[parent] + 1, true, false);
            frames[node] = Frame(parent > 0 && frames[parent].StartsWith("[k]", StringComparison.Ordinal), node, random);
        }

        return [.. Enumerable.Range(1, nodes).Where(node => isLeaf[node]).Select(leaf => Path(leaf, parents, frames))];
    }

    // Siblings are seldom the same; and there are far fewer frames than nodes, as in a real program.
    private static string Frame(bool isInKernel, int node, Random random)
    {
        var (function, variant) = (random.Next(Functions), node % Variants);
        return isInKernel || random.Next(25) == 0
            ? $"[k]kernel_function_{function}_{variant}{{kernel}}"
            : $"Namespace::function_{function}<{variant}>{{/usr/lib/libapp{function % 7}.so}}";
    }

    private static string Path(int node, int[] parents, string[] frames)
    {
        var path = new List<string>();
        for (; node > 0; node = parents[node])
        {
            path.Add(frames[node]);
        }

        path.Reverse();
        return string.Join(';', path);
    }

    private int Shown(int ticks) => (int)(stacks.Length * Math.Min(1.0, ticks / (double)Math.Max(1, growTicks)));

    /// <summary>One session's way through the script.</summary>
    private sealed class Player(LoadScript script)
    {
        private readonly Random random = new(script.seed);
        private int tick;
        private int shown;

        public void Play(ScriptedTracing tracing)
        {
            var now = script.Shown(++tick);
            for (; shown < now; shown++)
            {
                Hit(tracing, shown);
            }

            for (var hit = 0; hit < script.hitsPerTick && shown > 0; hit++)
            {
                Hit(tracing, (int)(shown * Math.Pow(random.NextDouble(), 4)));
            }
        }

        private void Hit(ScriptedTracing tracing, int stack) => tracing.Hit(
            Processes[stack % Processes.Length], script.stacks[stack], random.Next(1, 20),
            stack % 50 == 0 ? StackQuality.Broken : StackQuality.Good);
    }
}
