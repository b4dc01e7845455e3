using System.Diagnostics;
using System.Text.Json;

namespace BpfDashboard.Browser.Tests;

/// <summary>Our programs in the kernel, as bpftool lists them.</summary>
internal static class BpfPrograms
{
    private static readonly string[] Kinds = ["prog", "map"];

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

    /// <summary>The programs and maps that a process holds, as the links of its file descriptors tell.</summary>
    public static async Task<(string Kind, int Id)[]> ObjectsOfAsync(int pid)
    {
        var objects = new List<(string, int)>();
        foreach (var file in Directory.GetFiles($"/proc/{pid}/fdinfo"))
        {
            var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
            objects.AddRange(from line in lines
                             from kind in Kinds
                             where line.StartsWith($"{kind}_id:", StringComparison.Ordinal)
                             select (kind, int.Parse(line.Split('\t')[^1], null)));
        }

        return [.. objects.Distinct()];
    }

    /// <summary>As above, of programs and maps.</summary>
    public static async Task UntilGoneAsync(IEnumerable<(string Kind, int Id)> objects)
    {
        foreach (var (kind, id) in objects)
        {
            while (await ExistsAsync(kind, id))
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    private static async Task<bool> ExistsAsync(string kind, int id)
    {
        using var bpftool = Process.Start(new ProcessStartInfo("bpftool", [kind, "show", "id", $"{id}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("bpftool is missing");
        await bpftool.WaitForExitAsync(TestContext.Current.CancellationToken);
        return bpftool.ExitCode == 0;
    }
}
