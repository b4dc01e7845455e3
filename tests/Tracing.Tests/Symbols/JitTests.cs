using System.Diagnostics;
using System.Globalization;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Tests.Elf;

namespace BpfDashboard.Tracing.Tests.Symbols;

/// <summary>Real runtimes that write down what they generate.</summary>
public sealed class JitTests
{
    [Fact(Timeout = 60_000)]
    public async Task Functions_of_node_are_named()
    {
        NativeTools.Require("node");
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("node", ["--perf-basic-prof", "--always-sparkplug", "-e", """
            function busiest(n) { let sum = 0; for (let i = 0; i < n; i++) sum += i % 7; return sum; }
            for (let i = 0; i < 500; i++) busiest(1000);
            console.log('ready');
            process.stdin.once('data', () => {
                const late = eval('(function lateComer(n) { let s = 1; for (let i = 0; i < n; i++) s = s * 31 % 97; return s; })');
                for (let i = 0; i < 500; i++) late(1000);
                console.log('ready');
                process.stdin.on('end', () => process.exit()).resume();
            });
            """])
        {
            WorkingDirectory = folder.Path, // node leaves a log where it runs
        };
        using var target = Target.Start(start);
        var time = new ManualTime();
        using var symbolizer = new SymbolizerCache("/proc", time).CreateSymbolizer();
        try
        {
            await Task.Run(() =>
            {
                // This compiles at first sight, without optimizing, which marks names by ^. Interpreted code has no address.
                AssertNamed(Listed(target.Pid, "JS:^busiest"), symbolizer, target.Pid);
                target.Continue();
                time.Advance(TimeSpan.FromSeconds(5));
                AssertNamed(Listed(target.Pid, "JS:^lateComer"), symbolizer, target.Pid);
                Assert.Contains(symbolizer.Modules, module => module.Source == SymbolSource.PerfMap && module.Count > 100);
            }, TestContext.Current.CancellationToken);
        }
        finally
        {
            target.Dispose();
            File.Delete(MapOf(target.Pid));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Methods_of_dotnet_are_named()
    {
        // xunit's own runner serves: it waits for a debugger that never comes.
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-waitForDebugger"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            Environment = { ["DOTNET_PerfMapEnabled"] = "1", ["TMPDIR"] = "/tmp" },
        };
        using var process = Process.Start(start)!; // null only with UseShellExecute
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        try
        {
            var cancel = TestContext.Current.CancellationToken;
            while (await process.StandardOutput.ReadLineAsync(cancel) is { } line
                && !line.Contains("debugger", StringComparison.OrdinalIgnoreCase))
            {
            }

            AssertNamed(Listed(process.Id, "::Main(", "["), symbolizer, process.Id);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            File.Delete(MapOf(process.Id));
            File.Delete($"/tmp/perfinfo-{process.Id}.map");
        }
    }

    private static void AssertNamed((ulong Address, string Name) listed, Symbolizer symbolizer, int pid) =>
        Assert.Equal(
            [new(listed.Name, null, FrameKind.Jit, 5, listed.Address + 5)], symbolizer.User(pid, listed.Address + 5));

    private static string MapOf(int pid) => $"/tmp/perf-{pid}.map";

    /// <summary>The last function of the map whose name holds the words: earlier ones may have been moved or replaced.</summary>
    private static (ulong Address, string Name) Listed(int pid, params string[] words)
    {
        var parts = File.ReadLines(MapOf(pid)).Last(line => words.All(word => line.Contains(word, StringComparison.Ordinal))).Split(' ', 3);
        var address = parts[0].Replace("0x", "", StringComparison.Ordinal);
        return (ulong.Parse(address, NumberStyles.HexNumber, CultureInfo.InvariantCulture), parts[2]);
    }
}
