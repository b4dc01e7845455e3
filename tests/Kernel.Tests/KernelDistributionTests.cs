namespace BpfDashboard.Kernel.Tests;

/// <summary>Distributions at kernel functions.</summary>
public sealed class KernelDistributionTests
{
    private const int Timeout = 120_000;

    public KernelDistributionTests() => Abilities.Require("kernel functions");

    /// <summary>The workload reads its own commands too, each as one line from a pipe.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Results_of_vfs_read_are_in_their_buckets()
    {
        using var workload = Workload.Start();
        await workload.RunAsync("read 1"); // what is loaded at first is loaded
        using var session = Distributing.Start($"-p {workload.Pid} -H 'r::vfs_read()' -C 'r::vfs_read()'");
        await workload.RunAsync("read 1000");
        session.Finish();
        var (count, _, min, max) = session.Summary(1);
        Assert.Equal(session.Values().Sum(value => long.Parse(value.Split(": ")[1])), count);
        Assert.InRange(count, 1000, 1010);
        Assert.True(min >= 0 && max <= 4096, $"{min} to {max}");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_failing_call_has_its_error_in_words()
    {
        using var workload = Workload.StartValues();
        using var session = Distributing.Start(
            $"-p {workload.Pid} -C 'r::do_sys_openat2()' -C 'r::do_sys_openat2(int dfd, char *name):char*,int:$entry(name),$retval'");
        await workload.RunAsync("open 1", "open 1");
        session.Finish();
        Assert.Equal(["-2 (ENOENT): 2"], session.Values());
        Assert.Equal(["/nonexistent/file, -2 (ENOENT): 2"], session.Values(1));
    }

    [Fact(Timeout = Timeout)]
    public async Task Members_of_structs_tell_apart_and_latency_is_measured()
    {
        using var workload = Workload.Start();
        using var session = Distributing.Start(
            $"-p {workload.Pid} -C 'p::tcp_connect(struct sock *sk)::ntop(sk->sk_daddr)' -H 'r::tcp_connect():u64:$latency'");
        await workload.RunAsync("connect 3");
        session.Finish();
        Assert.Equal(["127.0.0.1: 3"], session.Values());
        var (count, _, min, _) = session.Summary(1);
        Assert.Equal(3, count);
        Assert.True(min > 0);
    }
}
