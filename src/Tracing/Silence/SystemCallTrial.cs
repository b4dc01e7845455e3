using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Silence;

/// <summary>From where system calls were made.</summary>
/// <param name="Function">As the symbols of the file name it; <see cref="Frame.Unknown"/> where nothing does.</param>
/// <param name="Code">The file with the instruction that entered the kernel; null if it is in no file.</param>
/// <param name="Names">Names of the function by which it can be probed; none if it has none.</param>
internal sealed record CallOrigin(string Function, MappedCode? Code, ulong FunctionOffset, IReadOnlyList<string> Names, long Count);

/// <summary>
/// What a process did while a probe on its function was silent: a look at the tracepoints of the system call, and of
/// those that do the like, for a moment. So what is said of system calls was seen.
/// </summary>
/// <param name="Length">How long was looked.</param>
/// <param name="Origins">Of the function's own system call, most first.</param>
/// <param name="Others">How often which other system calls were made.</param>
internal sealed record SystemCallTrial(
    TimeSpan Length, IReadOnlyList<SystemCall> Calls, IReadOnlyList<CallOrigin> Origins, IReadOnlyDictionary<string, long> Others)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public long Count => Origins.Sum(origin => origin.Count);

    /// <summary>Null where there is nothing to look at: no process, no system call, or it could not be attached.</summary>
    public static async Task<SystemCallTrial?> RunAsync(
        ITracingEngine engine, IKernelCatalog kernel, SilentProbe probe, LiveProcess? process, TimeProvider time, CancellationToken cancel)
    {
        if (process is null || probe.Name is not { } name || SystemCalls.Of(name, kernel) is not { Count: > 0 } calls)
        {
            return null;
        }

        var relatives = SystemCalls.Relatives(name).SelectMany(other => SystemCalls.Of(other, kernel)).Except(calls).ToList();
        using var stacks = Start(engine, $"stackcount -U -v --no-unwind -p {process.Pid} -r '{Pattern(calls)}'", cancel);
        using var counts = Start(engine, $"funccount -p {process.Pid} -r '{Pattern(relatives)}'", cancel);
        if (stacks is null)
        {
            return null;
        }

        await Task.Delay(Look, time, cancel);
        stacks.Session.StopCounting();
        var origins = FindOrigins(stacks.Session.TakeTick().Stacks, process, kernel);
        return new SystemCallTrial(Look, calls, origins, counts?.Counts() ?? new Dictionary<string, long>());
    }

    private static string Pattern(IEnumerable<SystemCall> calls) =>
        $"t:^syscalls:sys_enter_({string.Join('|', calls.Select(call => call.Name).DefaultIfEmpty("none").Distinct())})$";

    // The host may refuse: then nothing was seen, and nothing is said.
    private static Running? Start(ITracingEngine engine, string command, CancellationToken cancel)
    {
        try
        {
            return engine.Compile(command) is { Image: not null, Bound: { } bound } compiled
                ? new Running(bound, engine.Start(compiled, cancel: cancel))
                : null;
        }
        catch (BpfException)
        {
            return null;
        }
    }

    private static List<CallOrigin> FindOrigins(StackChanges? stacks, LiveProcess process, IKernelCatalog kernel) =>
    [
        .. (stacks?.Counts ?? [])
            .Select(count => (Frame: Innermost(stacks, count.Slot), count.Delta))
            .Where(each => each.Frame is not null)
            .Select(each => Origin(each.Frame!, each.Delta, process, kernel)) // not null: the line before
            .GroupBy(origin => (origin.Function, origin.Code, origin.FunctionOffset))
            .Select(group => group.First() with { Count = group.Sum(origin => origin.Count) })
            .OrderByDescending(origin => origin.Count),
    ];

    private static Frame? Innermost(StackChanges? stacks, int series) => stacks?.Series[series].Node is > 0 and var node
        ? stacks.Frames[stacks.Nodes[node - 1].Frame]
        : null;

    private static CallOrigin Origin(Frame frame, long count, LiveProcess process, IKernelCatalog kernel)
    {
        if (frame.Address is not { } address || process.At(address) is not var (code, offset))
        {
            return new CallOrigin(frame.Name, null, 0, [], count);
        }

        var around = Functions(code, kernel).Where(function => function.FileOffset <= offset)
            .GroupBy(function => function.FileOffset).MaxBy(group => group.Key);
        return around is not null && around.Any(function => function.Name == frame.Name)
            ? new CallOrigin(frame.Name, code, around.Key, [.. around.Select(function => function.Name)], count)
            : new CallOrigin(frame.Name, code, 0, [], count);
    }

    private static IReadOnlyList<UserFunction> Functions(MappedCode code, IKernelCatalog kernel)
    {
        try
        {
            return code.Opened is { } path ? kernel.ReadBinary(path).Functions : [];
        }
        catch (BinaryFormatException)
        {
            return [];
        }
    }

    private sealed class Running(BoundSpec bound, ITracingSession session) : IDisposable
    {
        public ITracingSession Session => session;

        public Dictionary<string, long> Counts() => session.TakeTick().Counts
            .ToDictionary(count => bound.Targets[count.Slot].Name.Split("sys_enter_")[^1], count => count.Delta);

        public void Dispose() => session.Dispose();
    }
}
