using System.Diagnostics;
using System.Globalization;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Exports;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Benchmarks;

/// <summary>
/// How long the server takes to look through the events that it keeps, each beside a limit: a loop in C# over the same
/// bytes that compares the same number, grep over the same events as text, a sort of as many numbers.
/// </summary>
internal static class Queries
{
    private const int Batch = 20_000;
    private static int unique;
    private static readonly RowQuery Everything = new(null, null, null, false, null, 0, 100);

    internal static void Run(Settings settings)
    {
        var count = settings.Events;
        var rows = Record(count);
        Console.WriteLine($"looking through {rows.Store.End:N0} events of t:syscalls:sys_enter_openat, {rows.Store.Size / count} bytes each");
        Console.WriteLine($"  {"",-38}{"whole",12}{"events a second",18}{"limit",12}");
        var loop = BestOf(settings, () => Loop(rows));
        Print("filter: flags == 0 && pid != -1", rows, settings, query => query with { Filter = $"flags == 0 && pid != -{Unique()}" }, loop, "loop");
        Print("filter: filename contains \"file\"", rows, settings,
            query => query with { Filter = $"filename contains \"file\" || pid == -{Unique()}" }, loop, "loop");
        var grep = Grep(rows, settings);
        Print("text: nonexistent", rows, settings, query => query with { Text = "nonexistent", Filter = $"pid != -{Unique()}" }, grep, "grep -ic");
        var sort = BestOf(settings, () => Sort(rows));
        Print("sort by a number: time", rows, settings, query => query with { SortBy = "time", Filter = $"pid != -{Unique()}" }, sort, "Array.Sort");
        Print("sort by a text: filename", rows, settings, query => query with { SortBy = "filename", Filter = $"pid != -{Unique()}" }, sort, "Array.Sort");
        var groups = BestOf(settings, () => Groups(rows));
        Print("equal events by filename and flags", groups, rows.Store.End, loop, "loop");
        Console.WriteLine();
    }

    /// <summary>A filter that was not asked before: the answers of those that were are remembered.</summary>
    private static int Unique() => ++unique;

    /// <summary>Real events: of a program that opens a file that there is not, again and again.</summary>
    private static RowRecording Record(int count)
    {
        using var workload = new Workload("values");
        var engine = new TracingEngine(new LiveKernelCatalog());
        var compiled = engine.Compile($"trace -p {workload.Pid} t:syscalls:sys_enter_openat");
        var bound = compiled.Bound ?? throw new InvalidOperationException("the command does not compile");
        var rows = new RowRecording(new RowRenderer(bound, new SymbolNames(() => throw new InvalidOperationException("no address is shown"))), count, long.MaxValue);
        using var session = engine.Start(compiled);
        while (rows.Store.End < count)
        {
            workload.Do($"open {Math.Min(Batch, count - rows.Store.End)}");
            rows.Take(session.TakeTick().Rows ?? throw new InvalidOperationException("a trace has rows"));
        }

        session.StopCounting();
        return rows;
    }

    private static void Print(string name, RowRecording rows, Settings settings, Func<RowQuery, RowQuery> of, TimeSpan limit, string limitName) =>
        Print(name, BestOf(settings, () => Ask(rows, of(Everything))), rows.Store.End, limit, limitName);

    private static void Print(string name, TimeSpan time, long rows, TimeSpan limit, string limitName) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name,-38}{time.TotalMilliseconds,9:0} ms{rows / time.TotalSeconds,18:N0}{limit.TotalMilliseconds,9:0} ms  {limitName} ({time / limit:0.0} times)"));

    /// <summary>Until the server has looked at everything, as a page asks: answer by answer.</summary>
    private static void Ask(RowRecording rows, RowQuery query)
    {
        RowPage page;
        do
        {
            page = rows.Search.Page(query);
            if (page.Problem is { } problem)
            {
                throw new InvalidOperationException($"{query.Filter}: {problem.Message}");
            }
        }
        while (page.Looked < page.End);
    }

    private static void Groups(RowRecording rows)
    {
        var query = new GroupQuery(["filename", "flags"], $"pid != -{Unique()}", null, null, 0, 100);
        while (rows.Search.Groups.Page(query) is { } page && page.Looked < page.End)
        {
        }
    }

    /// <summary>The bytes of every event, read once: the number of a column compared where it lies.</summary>
    private static void Loop(RowRecording rows)
    {
        var found = 0L;
        for (var from = rows.Store.First; from < rows.Store.End; from += 256)
        {
            foreach (var row in rows.Store.Read(from, 256))
            {
                found += System.Runtime.InteropServices.MemoryMarshal.Read<long>(row.Row.Values.Span) == 0 ? 1 : 0;
            }
        }

        GC.KeepAlive(found);
    }

    private static void Sort(RowRecording rows)
    {
        var numbers = new long[rows.Store.End];
        var random = new Random(1);
        foreach (ref var number in numbers.AsSpan())
        {
            number = random.NextInt64();
        }

        Array.Sort(numbers);
    }

    private static TimeSpan Grep(RowRecording rows, Settings settings)
    {
        var file = Path.GetTempFileName();
        using (var writer = new StreamWriter(file))
        {
            foreach (var line in new BccRows(rows.Renderer, rows.Clock).Text(rows.Store.Read(0, (int)rows.Store.End).Select(row => row.Row)))
            {
                writer.Write(line);
            }
        }

        var time = BestOf(settings, () =>
        {
            using var grep = Process.Start(new ProcessStartInfo("grep", ["-ic", "nonexistent", file]) { RedirectStandardOutput = true })
                ?? throw new InvalidOperationException("grep did not start");
            grep.StandardOutput.ReadToEnd();
            grep.WaitForExit();
        });
        File.Delete(file);
        return time;
    }

    private static TimeSpan BestOf(Settings settings, Action action) => Enumerable.Range(0, settings.Repeats)
        .Min(_ =>
        {
            var clock = Stopwatch.StartNew();
            action();
            return clock.Elapsed;
        });
}
