using BpfDashboard.Benchmarks;

// Side by side with bpftrace and BCC, on the same specs, in one run. Without the rivals installed, their columns say so.
var smoke = args.Contains("--smoke");
var kernel = args.Contains("--kernel");
var settings = smoke
    ? new Settings(Window: TimeSpan.FromMilliseconds(500), Events: 20_000, Repeats: 1)
    : kernel
        ? new Settings(Window: TimeSpan.FromMilliseconds(200), Events: 20_000, Repeats: 3)
        : new Settings(Window: TimeSpan.FromSeconds(2), Events: 1_000_000, Repeats: 3);
Rival[] rivals = [Rivals.Bpftrace, Rivals.Bcc];

Console.WriteLine($"{(smoke ? "smoke run, figures mean nothing; " : "")}Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, "
    + $"{Environment.ProcessorCount} CPUs, window {settings.Window.TotalSeconds:0.0} s, best of {settings.Repeats}");
Console.WriteLine();
var specs = kernel ? StartStop.KernelFunctions : smoke ? StartStop.Small : StartStop.All;
foreach (var spec in args.Contains("--stacks") ? [] : specs)
{
    StartStop.Run(spec, rivals, settings);
}

foreach (var hook in args.Contains("--stacks") ? [] : kernel ? PerEvent.KernelHooks : PerEvent.Hooks)
{
    PerEvent.Run(hook, rivals, settings);
}

if (!kernel)
{
    Rival[] stackRivals = [Rivals.BpftraceStacks, Rivals.BccStacks];
    foreach (var hook in Stacks.Hooks)
    {
        Stacks.PerEvent(hook, stackRivals, settings);
    }

    Stacks.ManyStacks(stackRivals, settings);
}

internal sealed record Settings(TimeSpan Window, int Events, int Repeats);
