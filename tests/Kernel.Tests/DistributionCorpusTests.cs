namespace BpfDashboard.Kernel.Tests;

/// <summary>
/// The lines of BCC's documentation of argdist, loaded and attached for real; those whose values the workload makes are
/// run to their result.
/// </summary>
public sealed class DistributionCorpusTests
{
    [Theory(Timeout = 120_000)]
    [InlineData("AD-04", "-i 3 -n 2 -H 'p::__kmalloc(size_t size):size_t:size'")]
    [InlineData("AD-08", "-C 'r::__vfs_read():u32:$PID:$latency > 100000'")]
    [InlineData("AD-11", "-c -C 'p::__kmalloc(size_t size, gfp_t flags):gfp_t,size_t:flags,size'")]
    [InlineData("AD-15", "-H 'p::__kmalloc(u64 size):u64:size'")]
    [InlineData("AD-18", "-H 'r::__kmalloc(size_t size):u64:$latency/$entry(size)#ns per byte'")]
    [InlineData("AD-19", "-C 'p::__kmalloc(size_t sz, gfp_t flags):size_t:sz:flags&GFP_ATOMIC'")]
    [InlineData("AD-22", "-C 'r::__vfs_read():u32:$COMM:$latency > 100000'")]
    [InlineData("AD-23", "-H 'r::__vfs_read(void *file, void *buf, size_t count):size_t:$entry(count):$latency > 1000000'")]
    [InlineData("AD-32", "-I 'kernel/sched/sched.h' -C 'p::__account_cfs_rq_runtime(struct cfs_rq *cfs_rq):s64:cfs_rq->runtime_remaining'")]
    [InlineData("AD-33", "-C 'p::do_sys_open(int dfd, const char __user *filename, int flags, umode_t mode):char*:filename:STRCMP(\"sample.txt\", filename)'")]
    [InlineData("AD-34", "-C 'p::__vfs_read(struct file *file, void *buf, size_t count):char*,size_t:file->f_path.dentry->d_iname,count:file->f_path.dentry->d_iname[0]!=0'")]
    [InlineData("AD-36", "-v -C 'p::do_sys_open()' -n 1 -i 1")]
    [InlineData("today", "-H 'r::vfs_read(void *file, void *buf, size_t count):size_t:$entry(count):$latency > 1000000'")]
    [InlineData("today", "-C 'p::vfs_read(struct file *file, void *buf, size_t count):char*,size_t:file->f_path.dentry->d_iname,count:file->f_path.dentry->d_iname[0]!=0'")]
    [InlineData("seed", "-H 'r::vfs_read()'")]
    public void A_line_about_kernel_functions_is_attached(string id, string line) => CorpusLine.AttachToKernel("argdist", id, line);

    [Theory(Timeout = 120_000)]
    [InlineData("AD-01", "-c -C 'p:c:malloc(size_t size):size_t:size'")]
    [InlineData("AD-05", "-i 10 -n 1 -C 'p:c:puts(char *str):char*:str'")]
    [InlineData("AD-06", "-i 10 -n 1 -C 'r:c:gets():char*:(char*)$retval:$retval!=0'")]
    [InlineData("AD-09", "-C 't:syscalls:sys_exit_epoll_wait():char*:$COMM'")]
    [InlineData("AD-10", "-H 'r:c:malloc(size_t size):u64:$latency/$entry(size);ns per byte' -n 1 -i 10")]
    [InlineData("AD-12", "-C 't:net:net_dev_start_xmit():u16:args->protocol'")]
    [InlineData("AD-13", "-c -H 'r:c:open(char *file):u64:$latency/1000:STRCMP(\"test.txt\",$entry(file))'")]
    [InlineData("AD-16", "-C 'p:c:malloc(size_t size):size_t:size:size==16'")]
    [InlineData("AD-17", "-C 'r:c:gets():char*:$retval#snooped strings'")]
    [InlineData("AD-25", "-C 'p:c:fork()#fork calls'")]
    [InlineData("AD-26", "-C 'p:c:fork():int:$PID;fork per process'")]
    [InlineData("AD-27", "-H 't:block:block_rq_complete():u32:args->nr_sector'")]
    [InlineData("AD-27", "-H 't:block:block_rq_complete():u32:nr_sector'")]
    [InlineData("AD-28", "-C 't:irq:irq_handler_entry():int:args->irq'")]
    [InlineData("AD-28", "-C 't:irq:irq_handler_entry():int:irq'")]
    [InlineData("AD-29", "-C 'u:pthread:pthread_start():u64:arg2'")]
    [InlineData("AD-30", "-H 'p:c:sleep(u32 seconds):u32:seconds' -H 'p:c:nanosleep(struct timespec *req):long:req->tv_nsec'")]
    public void A_line_about_other_places_is_attached(string id, string line) => CorpusLine.AttachElsewhere("argdist", id, line);

    /// <summary>The workload answers each command with "done" and the end of the line: five bytes to its output.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData("AD-02", "-c -H 'p:c:write(int fd, void *buf, size_t len):size_t:len'", "5..5: 3")]
    [InlineData("AD-03", "-c -H 'p:c:write(int fd, void *buf, size_t len):size_t:len:fd==1'", "5..5: 3")]
    [InlineData("AD-07", "-i 10 -c -H 'r:c:write()'", "5..5: 3")] // our calls of read depend on how lines come
    [InlineData("AD-14", "-c -C 'p:c:write():int:$PID#write per process' -n 2", "{pid}: 3")]
    [InlineData("AD-20", "-C 'p:c:write(int fd):int:fd' -T 5", "1: 3")]
    [InlineData("AD-24", "-H 'p:c:write(int fd, const void *buf, size_t count):size_t:count:fd==1'", "5..5: 3")]
    [InlineData("AD-31", "-z 120 -C 'p:c:write(int fd, char* buf, size_t len):char*:buf:fd==1'", "done\\n: 3")]
    [InlineData("seed", "-C 'p:c:write(int fd):int:fd'", "1: 3")]
    public async Task A_line_gives_its_result(string id, string line, string expected)
    {
        using var workload = Workload.StartSpread();
        using var session = Distributing.Start($"-p {workload.Pid} {line}");
        await workload.RunAsync("take 1 1", "take 2 1", "take 3 1");
        session.Finish();
        var values = session.Bound.Distributions[0].Buckets is null ? session.Values() : session.Histogram();
        var line1 = Assert.Single(values).Replace("\n", "\\n", StringComparison.Ordinal);
        Assert.True(expected.Replace("{pid}", $"{workload.Pid}", StringComparison.Ordinal) == line1, $"{id}: {line1}");
    }
}
