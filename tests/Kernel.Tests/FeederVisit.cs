using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Waiting for the thread that makes the tables of processes.</summary>
internal static class FeederVisit
{
    /// <summary>Completes when the feeder has looked at a process; to be asked for before the process is seen.</summary>
    internal static Task VisitAsync(this UnwindFeeder feeder, int pid)
    {
        // Asynchronously, or the rest of the test would run on the thread that it joins in the end.
        var visited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        feeder.Visited = seen =>
        {
            if (seen == pid)
            {
                visited.TrySetResult();
            }
        };
        return visited.Task.WaitAsync(TestContext.Current.CancellationToken);
    }
}
