namespace BpfDashboard.Kernel.Tests;

/// <summary>The workload reaches a place by known paths known times; the stacks say exactly that.</summary>
public sealed class StackTests
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task A_user_function_is_counted_by_the_paths_that_lead_to_it()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:leaf");
        await workload.RunAsync("one 1000", "two 234", "deep 3 7");
        stacking.Finish();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', stacking.Folded()) + string.Join(',', stacking.Stacks.Select(s => s.Quality)));
        Assert.Equal(
            [
                "main;run;descend;descend;descend;descend;leaf 7",
                "main;run;first;second;leaf 1000",
                "main;run;third;second;leaf 234",
            ],
            stacking.FoldedFromMain());
    }
}
