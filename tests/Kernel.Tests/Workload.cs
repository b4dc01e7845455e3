using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace BpfDashboard.Tests;

/// <summary>The C program we trace: it does exactly what it is told, so a test knows every count.</summary>
internal sealed class Workload : IDisposable
{
    private static readonly Lazy<string> Folder = new(Build);
    private readonly Process _process;

    private Workload(Process process) => _process = process;

    /// <summary>The program's file.</summary>
    internal static string File => Path.Combine(Folder.Value, "workload");

    /// <summary>The 32-bit program.</summary>
    internal static string CompatFile => Path.Combine(Folder.Value, "compat");

    internal int Pid => _process.Id;

    /// <summary>The program whose every stack is known.</summary>
    internal static string ChainsFile => Path.Combine(Folder.Value, "chains");

    /// <summary>The same, without frame pointers.</summary>
    internal static string UnwoundFile => Path.Combine(Folder.Value, "unwound");

    /// <summary>The program whose arguments are known.</summary>
    internal static string ValuesFile => Path.Combine(Folder.Value, "values");

    /// <summary>The program whose values are distributed in a known way.</summary>
    internal static string SpreadFile => Path.Combine(Folder.Value, "spread");

    /// <summary>The program whose calls do not simply nest.</summary>
    internal static string CallsFile => Path.Combine(Folder.Value, "calls");

    internal static Workload Start() => Start(File);

    internal static Workload StartValues() => Start(ValuesFile);

    internal static Workload StartSpread() => Start(SpreadFile);

    internal static Workload StartCalls() => Start(CallsFile);

    internal static Workload StartChains() => Start(ChainsFile);

    internal static Workload StartUnwound() => Start(UnwoundFile);

    /// <summary>The program that does what a probe does not see, and its variants.</summary>
    internal static string SilentFile => Path.Combine(Folder.Value, "silent");

    /// <summary>The same with <see cref="SecondFile"/> before libc.</summary>
    internal static string SilentLinkedFile => Path.Combine(Folder.Value, "silent-linked");

    /// <summary>The same without libraries.</summary>
    internal static string SilentStaticFile => Path.Combine(Folder.Value, "silent-static");

    /// <summary>The library with a write of its own.</summary>
    internal static string SecondFile => Path.Combine(Folder.Value, "libsecond.so");

    /// <param name="file">The program: one of these, or a copy.</param>
    /// <param name="preload">A library that comes before all others; null for none.</param>
    /// <param name="arguments">For a program that runs one of these.</param>
    internal static Workload Start(string file, string? preload = null, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (preload is not null)
        {
            start.Environment["LD_PRELOAD"] = preload;
        }

        return new(Process.Start(start) ?? throw new InvalidOperationException("the workload did not start"));
    }

    /// <summary>Sends commands such as "alpha 1000" and returns when the workload has done them.</summary>
    internal async Task RunAsync(params string[] commands)
    {
        var cancel = TestContext.Current.CancellationToken;
        foreach (var command in commands)
        {
            await _process.StandardInput.WriteLineAsync(command.AsMemory(), cancel);
            await _process.StandardInput.FlushAsync(cancel);
            Assert.Equal("done", await _process.StandardOutput.ReadLineAsync(cancel));
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(TimeSpan.FromSeconds(10));
        _process.Dispose();
    }

    private static string Build()
    {
        var folder = SourceFolder();
        using var make = Process.Start(new ProcessStartInfo("make", ["-s", "-C", folder, "all"])
        {
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("make is missing");
        var errors = make.StandardError.ReadToEnd();
        make.WaitForExit();
        Assert.True(make.ExitCode == 0, $"building the workload failed: {errors}");
        return folder;
    }

    private static string SourceFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here) ?? ".", "..", "Workload"));
}
