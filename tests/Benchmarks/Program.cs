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
var part = args.FirstOrDefault(arg => arg is "--stacks" or "--events" or "--distributions" or "--watched");
foreach (var spec in part is not null ? [] : specs)
{
    StartStop.Run(spec, rivals, settings);
}

foreach (var hook in part is not null ? [] : kernel ? PerEvent.KernelHooks : PerEvent.Hooks)
{
    PerEvent.Run(hook, rivals, settings);
}

foreach (var hook in kernel || part is not (null or "--events") ? [] : Events.Hooks)
{
    Events.Run(hook, settings);
}

if (!kernel && part is (null or "--stacks"))
{
    Rival[] stackRivals = [Rivals.BpftraceStacks, Rivals.BccStacks];
    foreach (var hook in Stacks.Hooks)
    {
        Stacks.PerEvent(hook, stackRivals, settings);
    }

    Stacks.ManyStacks(stackRivals, settings);
}

if (part is (null or "--distributions"))
{
    foreach (var measured in kernel ? Distribution.KernelFunctions : Distribution.All)
    {
        Distributions.PerEvent(measured, settings);
    }

    foreach (var measured in kernel ? [] : Distribution.Started)
    {
        DistributionTimes.Run(measured, settings);
    }
}

if (!kernel && part is (null or "--watched"))
{
    Queries.Run(settings);
    await Watched.RunAsync(settings);
}

internal sealed record Settings(TimeSpan Window, int Events, int Repeats);
