using System.Diagnostics;
using System.Text.Json;

namespace BpfDashboard.Browser.Tests;

/// <summary>Our programs in the kernel, as bpftool lists them.</summary>
internal static class BpfPrograms
{
    /// <summary>The ids of all programs with a name of ours.</summary>
    public static async Task<int[]> ListAsync()
    {
        using var bpftool = Process.Start(new ProcessStartInfo("bpftool", ["prog", "list", "--json"])
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("bpftool is missing");
        var text = await bpftool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var list = JsonDocument.Parse(text);
        return [.. list.RootElement.EnumerateArray()
            .Where(program => program.TryGetProperty("name", out var name)
                && name.GetString() is "count" or "sys_enter" or "sys_exit")
            .Select(program => program.GetProperty("id").GetInt32())];
    }

    /// <summary>Programs are freed after a grace period; the test's timeout is the limit.</summary>
    public static async Task UntilGoneAsync(int[] programs)
    {
        while ((await ListAsync()).Intersect(programs).Any())
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
