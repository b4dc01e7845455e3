namespace BpfDashboard.Kernel.Tests;

/// <summary>The workload does a thing exactly N times; the session counts exactly N.</summary>
public sealed class CountTests
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task A_user_function_is_counted_exactly()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} {Workload.File}:workload_alpha");
        await workload.RunAsync("alpha 1234", "beta 99");
        Assert.Equal(1234, counting.Count("workload_alpha"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wildcard_counts_every_function_by_itself()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"funccount -p {workload.Pid} '{Workload.File}:workload_*a'");
        await workload.RunAsync("alpha 10", "beta 200", "gamma 3000");
        Assert.Equal(
            new Dictionary<string, long>
            {
                ["workload_alpha"] = 10,
                ["workload_beta"] = 200,
                ["workload_gamma"] = 3000,
            },
            counting.Totals());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_regular_expression_counts_what_it_matches()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-r -p {workload.Pid} '{Workload.File}:workload_(alpha|gamma)$'");
        await workload.RunAsync("alpha 11", "beta 22", "gamma 33");
        Assert.Equal(
            new Dictionary<string, long> { ["workload_alpha"] = 11, ["workload_gamma"] = 33 }, counting.Totals());
    }

    [Fact(Timeout = Timeout)]
    public async Task Calls_from_all_threads_are_counted()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} {Workload.File}:workload_alpha");
        await workload.RunAsync("threads 8 5000");
        Assert.Equal(40_000, counting.Count("workload_alpha"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Another_process_is_not_counted_with_p()
    {
        using var traced = Workload.Start();
        using var other = Workload.Start();
        using var counting = Counting.Start($"-p {traced.Pid} {Workload.File}:workload_alpha");
        await other.RunAsync("alpha 500");
        await traced.RunAsync("alpha 7");
        Assert.Equal(7, counting.Count("workload_alpha"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_p_every_process_is_counted()
    {
        using var one = Workload.Start();
        using var two = Workload.Start();
        using var counting = Counting.Start($"{Workload.File}:workload_beta");
        await one.RunAsync("beta 300");
        await two.RunAsync("beta 45");
        Assert.Equal(345, counting.Count("workload_beta"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("u:{0}:request__start")]
    [InlineData("u:{0}:workload:request__st*")]
    public async Task All_places_of_a_USDT_probe_are_counted(string spec)
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start(
            $"-p {workload.Pid} '{string.Format(null, spec, Workload.File)}'");
        await workload.RunAsync("start 1001");
        Assert.Equal(1001, counting.Count("request__start"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_USDT_semaphore_is_up_only_while_the_session_runs()
    {
        using var workload = Workload.Start();
        var spec = $"-p {workload.Pid} u:{Workload.File}:request__guarded";
        await workload.RunAsync("guarded 10");
        using (var counting = Counting.Start(spec))
        {
            await workload.RunAsync("guarded 77");
            Assert.Equal(77, counting.Count("request__guarded"));
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_system_call_is_counted_exactly_at_entry_and_exit()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} 't:syscalls:sys_*_getpgid'");
        await workload.RunAsync("getpgid 4321");
        Assert.Equal(
            new Dictionary<string, long>
            {
                ["syscalls:sys_enter_getpgid"] = 4321,
                ["syscalls:sys_exit_getpgid"] = 4321,
            },
            counting.Totals());
    }

    [Fact(Timeout = Timeout)]
    public async Task Every_system_call_is_its_own_row()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} t:syscalls:sys_enter_*");
        await workload.RunAsync("getpgid 50", "rename 60", "write 70");
        var totals = counting.Totals();
        Assert.Equal(50, totals["syscalls:sys_enter_getpgid"]);
        Assert.Equal(60, totals["syscalls:sys_enter_prctl"]);

        // The 70, and one for each of the three answers on standard output.
        Assert.Equal(73, totals["syscalls:sys_enter_write"]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("t:task:task_rename", "task:task_rename", "rename 120", 120)]
    [InlineData("t:sched:sched_process_fork", "sched:sched_process_fork", "fork 12", 12)]
    [InlineData("-r 't:task:task_ren'", "task:task_rename", "rename 5", 5)]
    public async Task A_tracepoint_is_counted_exactly(string spec, string row, string command, long expected)
    {
        using var workload = Workload.Start();
        await workload.RunAsync("alpha 0"); // its exec, which renames the task once, is over
        using var counting = Counting.Start($"-p {workload.Pid} {spec}");
        await workload.RunAsync(command);
        Assert.Equal(expected, counting.Count(row));
    }

    [Fact(Timeout = Timeout)]
    public async Task Only_the_wanted_CPU_is_counted_with_c()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "a second CPU");
        using var workload = Workload.Start();
        using var first = Counting.Start($"-c 0 -p {workload.Pid} {Workload.File}:workload_alpha");
        using var second = Counting.Start($"-c 1 -p {workload.Pid} {Workload.File}:workload_alpha");
        await workload.RunAsync("cpu 0", "alpha 10", "cpu 1", "alpha 2000");
        Assert.Equal(10, first.Count("workload_alpha"));
        Assert.Equal(2000, second.Count("workload_alpha"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Each_tick_holds_what_happened_since_the_one_before()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-i 1 -p {workload.Pid} {Workload.File}:workload_alpha");
        await workload.RunAsync("alpha 100");
        Assert.Equal(100, counting.Tick()["workload_alpha"]);
        Assert.Empty(counting.Tick());
        await workload.RunAsync("alpha 23");
        Assert.Equal(23, counting.Tick()["workload_alpha"]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("{0}:workload_alpha", "threads 4 25000", 100_000)]
    [InlineData("t:syscalls:sys_enter_getpgid", "getpgid 2000000", 2_000_000)]
    [InlineData("t:task:task_rename", "rename 1000000", 1_000_000)]
    public async Task No_hit_is_lost_while_ticks_are_read_at_full_speed(string spec, string command, long expected)
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start(
            $"-p {workload.Pid} {string.Format(null, spec, Workload.File)}");
        var run = workload.RunAsync(command);
        while (!run.IsCompleted)
        {
            counting.Tick();
            await Task.Yield();
        }

        await run;
        var counted = counting.Totals().Values.Sum();

        // Where programs can be preempted (system calls on Linux 7), the kernel refuses another task's hit meanwhile,
        // and counts that as missed, ours or not.
        Assert.InRange(counted, expected - counting.Misses, expected);
    }

    [Fact(Timeout = Timeout)]
    public async Task System_calls_of_32_bit_programs_are_not_taken_for_others_of_the_same_number()
    {
        using var counting = Counting.Start("t:syscalls:sys_enter_close");
        var before = counting.Count("syscalls:sys_enter_close");
        using var compat = System.Diagnostics.Process.Start(Workload.CompatFile);
        await compat.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(compat.ExitCode != 0, "a kernel that runs 32-bit programs (CONFIG_IA32_EMULATION)");

        // Its 1000 reads would be 1000 closes; others on this machine may close something meanwhile.
        Assert.InRange(counting.Count("syscalls:sys_enter_close") - before, 0, 900);
    }

    [Fact(Timeout = Timeout)]
    public async Task Costs_are_known()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} {Workload.File}:workload_alpha");
        await workload.RunAsync("alpha 1000");
        var tick = counting.Session.TakeTick();
        Assert.Equal(1000, tick.Cost.Runs);
        Assert.InRange(tick.Cost.Nanoseconds, 1, long.MaxValue);
        Assert.Equal(0, tick.Misses);
    }
}
