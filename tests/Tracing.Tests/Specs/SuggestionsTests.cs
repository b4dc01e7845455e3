using BpfDashboard.Tracing.Specs;
using Xunit;

namespace BpfDashboard.Tracing.Tests.Specs;

public sealed class SuggestionsTests
{
    private static readonly string[] Names =
    [
        "vfs_read", "vfs_readv", "vfs_rmdir", "vfs_write", "vfs_fsync_range", "ksys_read", "do_sys_openat2",
        "sched:sched_switch", "sched:sched_wakeup", "sched:sched_process_fork", "sched:sched_process_exec",
        "sched:sched_stat_wait", "sys_enter_open", "sys_enter_openat", "sys_enter_openat2", "sys_exit_openat",
        "pthread_mutex_lock", "pthread_mutex_unlock", "pthread_mutex_trylock", "__pthread_mutex_lock",
        "__x64_sys_execve", "malloc", "calloc", "realloc",
    ];

    [Theory]
    [InlineData("sched:sched_fork", "sched:sched_process_fork")]
    [InlineData("vfs_raed", "vfs_read")]
    [InlineData("VFS_READ", "vfs_read")]
    [InlineData("sys_enter_opnat", "sys_enter_openat")]
    [InlineData("pthread_mutx_lock", "pthread_mutex_lock")]
    [InlineData("do_sys_open", "do_sys_openat2")]
    [InlineData("sys_execve", "__x64_sys_execve")]
    [InlineData("maloc", "malloc")]
    [InlineData("fork", "sched:sched_process_fork")]
    public void The_name_that_was_meant_comes_first(string wrong, string meant) =>
        Assert.Equal(meant, Suggestions.Nearest(wrong, Names, 3)[0]);

    [Theory]
    [InlineData("xyzzy_frobnicate")]
    [InlineData("q")]
    [InlineData("")]
    public void Names_that_are_not_near_are_not_suggested(string wrong) =>
        Assert.Empty(Suggestions.Nearest(wrong, Names, 3));

    [Fact]
    public void No_more_names_are_given_than_asked_for() =>
        Assert.Equal(["vfs_read", "vfs_readv"], Suggestions.Nearest("vfs_raed", Names, 2));

    [Fact]
    public void A_name_listed_twice_is_suggested_once() =>
        Assert.Equal(["malloc"], Suggestions.Nearest("maloc", ["malloc", "malloc"], 3));

    [Theory]
    [InlineData("maloc", 1, "did you mean 'malloc'?")]
    [InlineData("pthread_mutx_lock", 2, "did you mean 'pthread_mutex_lock' or '__pthread_mutex_lock'?")]
    [InlineData("xyzzy", 3, null)]
    public void The_hint_reads_as_a_question(string wrong, int count, string? hint) =>
        Assert.Equal(hint, Suggestions.DidYouMean(wrong, Names, count));
}
