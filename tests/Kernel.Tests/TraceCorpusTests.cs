namespace BpfDashboard.Kernel.Tests;

/// <summary>
/// The lines of BCC's documentation of trace, loaded and attached for real, kept to our own process by -p where they
/// allow one.
/// </summary>
public sealed class TraceCorpusTests
{
    [Theory(Timeout = 120_000)]
    [InlineData("TR-01", "'sys_execve \"%s\", arg1'")]
    [InlineData("TR-02", "'sys_read (arg3 > 20000) \"read %d bytes\", arg3'")]
    [InlineData("TR-03", "'do_sys_open \"%s\", arg2@user' -UK -f temp")]
    [InlineData("TR-04", "'do_sys_open \"%s\", arg2@user' -UK -n out")]
    [InlineData("TR-06", "-U -a 'r::sys_futex \"%d\", retval'")]
    [InlineData("TR-15", "'p::SyS_nanosleep(struct timespec *ts) \"sleep for %lld ns\", ts->tv_nsec'")]
    [InlineData("TR-16", "clockevents_program_event -K -A -M 1000")]
    [InlineData("TR-17", "'do_sys_open \"%s\", arg2@user' -T")]
    [InlineData("TR-18", "sys_open")]
    [InlineData("TR-19", "'sys_setsockopt(int fd, int level, int optname, char* optval, int optlen)(level==0 && optname == 1 && STRCMP(\"{0x6C, 0x00, 0x00, 0x00}\", optval))' -U -M 1 --bin_cmp")]
    [InlineData("TR-21", "do_sys_open")]
    [InlineData("TR-23", "'do_sys_open \"%s\", arg2@user'")]
    [InlineData("TR-24", "'do_sys_open \"%s\", arg2@user' -n main")]
    [InlineData("TR-25", "'do_sys_open \"%s\", arg2@user' --uid 1001")]
    [InlineData("TR-26", "'do_sys_open \"%s\", arg2@user' -f config")]
    [InlineData("TR-27", "'r::do_sys_open \"%llx\", retval'")]
    [InlineData("TR-31", "'r::__kmalloc (retval == 0) \"kmalloc failed!\"'")]
    [InlineData("TR-35", "-c /sys/fs/cgroup '__x64_sys_nanosleep' '__x64_sys_clone'")]
    [InlineData("TR-36", "-I 'linux/fs.h' 'p::uprobe_register(struct inode *inode) \"a_ops = %llx\", inode->i_mapping->a_ops'")]
    [InlineData("TR-37", "-I 'kernel/sched/sched.h' 'p::__account_cfs_rq_runtime(struct cfs_rq *cfs_rq) \"%d\", cfs_rq->runtime_remaining'")]
    [InlineData("TR-38", "-I 'net/sock.h' 'udpv6_sendmsg(struct sock *sk) (sk->sk_dport == 13568)'")]
    [InlineData("TR-39", "-I 'linux/fs_struct.h' 'mntns_install \"users = %d\", $task->fs->users'")]
    [InlineData("TR-40", "'::do_sys_open \"%s\", arg2@user'")]
    [InlineData("TR-41", "'::sys_read (arg3 > 20000) \"read %d bytes\", arg3'")]
    [InlineData("TR-43", "'p::SyS_chown \"file = %s, to_uid = %d, to_gid = %d, from_uid = %d\", arg1, arg2, arg3, $uid'")]
    [InlineData("TR-45", "'r::uprobe_register \"ret = %d\", retval'")]
    [InlineData("seed", "'do_sys_open \"%s\", arg2'")]
    [InlineData("seed", "'tcp_connect(struct sock *sk) \"%x\", sk->sk_daddr' -I 'net/sock.h'")]
    public void A_line_about_kernel_functions_is_attached(string id, string line) => CorpusLine.AttachToKernel("trace", id, line);

    [Theory(Timeout = 120_000)]
    [InlineData("TR-05", "'r:bash:readline_internal_teardown \"%s\", retval'")] // BCC's readline is in another library there.
    [InlineData("TR-07", "'r:c:read ((int)retval < 0) \"read failed: %d\", retval' 'r:c:write ((int)retval < 0) \"write failed: %d\", retval' -T")]
    [InlineData("TR-08", "'t:block:block_rq_complete \"sectors=%d\", args->nr_sector' -T")]
    [InlineData("TR-09", "-s /lib/x86_64-linux-gnu/libc.so.6,/bin/ping 'p:c:inet_pton' -U")]
    [InlineData("TR-12", "'r:/lib/x86_64-linux-gnu/libtinfo.so.6:curses_version \"Version=%s\", retval'")]
    [InlineData("TR-13", "'p:c:open (STRCMP(\"test.txt\", arg1)) \"opening %s\", arg1' -T")]
    [InlineData("TR-14", "'p:c:open(char *filename) \"opening %s\", filename'")]
    [InlineData("TR-20", "'p:{1}:workload_alpha+0x4 \"%x\", ctx->dx' 'p:{1}:workload_beta+0x4 \"%x\", ctx->dx'")]
    [InlineData("TR-28", "'c:open (arg2 == 42) \"%s %d\", arg1, arg2'")]
    [InlineData("TR-29", "'c:malloc \"size = %d\", arg1'")]
    [InlineData("TR-30", "'p:c:write (arg1 == 1) \"writing %d bytes to STDOUT\", arg3'")]
    [InlineData("TR-32", "'r:c:malloc (retval) \"allocated = %x\", retval'")]
    [InlineData("TR-44", "'t:sched:sched_switch (args->prev_state == TASK_STATE_MAX || args->prev_state == 0)'")]
    public void A_line_about_other_places_is_attached(string id, string line) => CorpusLine.AttachElsewhere("trace", id, line);
}
