using System.Diagnostics;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Benchmarks;

/// <summary>
/// What one counted event costs: in our program by the kernel's run statistics, against an empty program on the same
/// hook; and to the traced program by its own clock, against the rivals.
/// </summary>
internal static class PerEvent
{
    internal static readonly Hook[] Hooks =
    [
        new("system call", "t:syscalls:sys_enter_getpgid", "getpgid"),
        new("tracepoint", "t:task:task_rename", "rename"),
        new("user function", "{0}:workload_alpha", "alpha"),
    ];

    internal static readonly Hook[] KernelHooks = [new("kernel function", "__x64_sys_getpgid", "getpgid")];

    internal static void Run(Hook hook, IReadOnlyList<Rival> rivals, Settings settings)
    {
        using var workload = new Workload();
        var spec = string.Format(null, hook.Spec, workload.File);
        var untraced = Best(settings, () => workload.NanosecondsPerCall(hook.Command, settings.Events));
        Console.WriteLine($"per event: {hook.Name} ({spec}), untraced {untraced:0} ns a call");
        var (full, fullCall) = Ours(spec, workload, hook, settings, image => image);
        var (empty, emptyCall) = Ours(spec, workload, hook, settings, Emptied);
        Console.WriteLine($"  in the program: {full:0.0} ns, empty program {empty:0.0} ns, ratio {full / empty:0.00}");
        Console.WriteLine($"  added to the call: BpfDashboard {fullCall - untraced:0} ns, "
            + $"empty program {emptyCall - untraced:0} ns");
        foreach (var rival in rivals)
        {
            Console.WriteLine($"  added to the call: {rival.Name} "
                + (Theirs(rival, spec, workload, hook, settings) is { } call ? $"{call - untraced:0} ns" : "not available"));
        }

        Console.WriteLine();
    }

    internal static double Best(Settings settings, Func<double> measure) =>
        Enumerable.Range(0, settings.Repeats).Min(_ => measure());

    /// <summary>Nanoseconds a run by the kernel's statistics, and a call by the workload's clock.</summary>
    private static (double Run, double Call) Ours(
        string spec, Workload workload, Hook hook, Settings settings, Func<ProgramImage, ProgramImage> change)
    {
        var engine = new TracingEngine(new LiveKernelCatalog());
        var compiled = engine.Compile($"-p {workload.Pid} {spec}");
        var image = compiled.Image ?? throw new InvalidOperationException(compiled.Diagnostics[0].Message);
        using var session = engine.Start(compiled with { Image = change(image) });
        session.TakeTick();
        var call = Best(settings, () => workload.NanosecondsPerCall(hook.Command, settings.Events));
        var cost = session.TakeTick().Cost;
        return (Average(cost), call);
    }

    private static double Average(ProgramCost cost) => (double)cost.Nanoseconds / Math.Max(1, cost.Runs);

    private static ProgramImage Emptied(ProgramImage image) =>
        image with { Groups = [.. image.Groups.Select(Emptied)] };

    private static ProbeGroup Emptied(ProbeGroup group) => group with
    {
        Alternatives = [.. group.Alternatives.Select(way => way with
        {
            Program = way.Program with
            {
                Instructions = [Instruction.Move(Register.R0, 0), Instruction.Exit()], SlotInstruction = null,
            },
        })],
    };

    private static double? Theirs(Rival rival, string spec, Workload workload, Hook hook, Settings settings)
    {
        if (!rival.IsInstalled)
        {
            return null;
        }

        using var run = rival.Start(spec, workload.Pid);
        if (run.WaitUntilAttached() is null)
        {
            return null;
        }

        var call = Best(settings, () => workload.NanosecondsPerCall(hook.Command, settings.Events));
        run.Stop();
        return call;
    }
}

/// <summary>A place to measure at, and the workload's command that passes it.</summary>
internal sealed record Hook(string Name, string Spec, string Command);

/// <summary>The tests' C program, built before this runs.</summary>
internal sealed class Workload : IDisposable
{
    private readonly Process _process;

    internal Workload(string program = "workload")
    {
        File = Path.GetFullPath($"tests/Workload/{program}");
        if (!System.IO.File.Exists(File))
        {
            throw new FileNotFoundException("build the workload first: make -C tests/Workload workload chains values spread", File);
        }

        _process = Process.Start(new ProcessStartInfo(File)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("the workload did not start");
    }

    internal string File { get; }

    internal int Pid => _process.Id;

    internal double NanosecondsPerCall(string command, int calls)
    {
        var clock = Stopwatch.StartNew();
        Do($"{command} {calls}");
        return clock.Elapsed.TotalNanoseconds / calls;
    }

    /// <summary>Has it do something, and waits until it has.</summary>
    internal void Do(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        _process.StandardOutput.ReadLine();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
