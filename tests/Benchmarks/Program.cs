using BpfDashboard.Benchmarks;

// Side by side with bpftrace and BCC, on the same specs, in one run. Without the rivals installed, their columns say so.
var smoke = args.Contains("--smoke");
var settings = smoke
    ? new Settings(Window: TimeSpan.FromMilliseconds(500), Events: 20_000, Repeats: 1)
    : new Settings(Window: TimeSpan.FromSeconds(2), Events: 1_000_000, Repeats: 3);
Rival[] rivals = [Rivals.Bpftrace, Rivals.Bcc];

Console.WriteLine($"{(smoke ? "smoke run, figures mean nothing; " : "")}Linux {Environment.OSVersion.Version}, "
    + $"{Environment.ProcessorCount} CPUs, window {settings.Window.TotalSeconds:0.0} s, best of {settings.Repeats}");
Console.WriteLine();
var specs = smoke ? StartStop.Small : StartStop.All;
foreach (var spec in specs)
{
    StartStop.Run(spec, rivals, settings);
}

foreach (var hook in PerEvent.Hooks)
{
    PerEvent.Run(hook, rivals, settings);
}

internal sealed record Settings(TimeSpan Window, int Events, int Repeats);
