using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Silence;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Tests.Silence;

/// <summary>From a command on a function to the same on the tracepoint of its system call.</summary>
public sealed class SystemCallCommandTests
{
    [Theory]
    [InlineData("funccount -p 181 c:read", "funccount -p 181 t:syscalls:sys_enter_read", null)]
    [InlineData("stackcount -P c:read", "stackcount -P t:syscalls:sys_enter_read", null)]
    [InlineData("trace c:read", "trace t:syscalls:sys_enter_read", null)]
    [InlineData("trace -T 'p:c:read(int fd) (fd == 1) \"%d\", fd'", "trace -T 't:syscalls:sys_enter_read (args->fd == 1) \"%d\", args->fd'", null)]
    [InlineData("trace 'c:read(int fd, void *to) (fd < 0 || 3 > fd) \"%p\", to'",
        "trace 't:syscalls:sys_enter_read ((int)args->fd < 0 || 3 > (int)args->fd) \"%p\", args->buf'", null)]
    [InlineData("trace 'c:read (arg3 > 100) \"%d of %s\", arg3, $comm'",
        "trace 't:syscalls:sys_enter_read (args->count > 100) \"%d of %s\", args->count, $comm'", null)]
    [InlineData("trace 'r:c:read ((int)retval < 0) \"%d\", retval'", "trace 't:syscalls:sys_exit_read ((int)args->ret < 0) \"%d\", args->ret'", null)]
    [InlineData("trace 'r:c:read ($entry(arg3) > 1) \"%d\", retval'", "trace 't:syscalls:sys_exit_read \"%d\", args->ret'", "without its condition")]
    [InlineData("trace 'c:read (arg1 == 2) \"%x\", *(int *)arg2'", "trace 't:syscalls:sys_enter_read (args->fd == 2)'", "without its values")]
    [InlineData("stackcount -p 181 'c:read(int fd) (fd == 1)'", "stackcount -p 181 't:syscalls:sys_enter_read (args->fd == 1)'", null)]
    [InlineData("stackcount 'r:c:read (retval == 0)'", "stackcount 't:syscalls:sys_exit_read (args->ret == 0)'", null)]
    [InlineData("stackcount 'r:c:read ($latency > 9)'", "stackcount t:syscalls:sys_exit_read", "without its condition")]
    [InlineData("argdist -C 'p:c:read(int fd):int:fd:fd == 1#by file'",
        "argdist -C 't:syscalls:sys_enter_read():int:args->fd:args->fd == 1#by file'", null)]
    [InlineData("argdist -H 'r:c:read()'", "argdist -H 't:syscalls:sys_exit_read()::args->ret'", null)]
    [InlineData("argdist -C 'r:c:read():u32,char*:$PID,$COMM:$retval > 0'", "argdist -C 't:syscalls:sys_exit_read():u32,char *:$PID,$COMM:args->ret > 0'", null)]
    [InlineData("argdist -C 'p:c:read(int fd, int *to):int:*to:fd == 1#first'", "argdist -C 't:syscalls:sys_enter_read():int:1:args->fd == 1#first'", "without its values")]
    [InlineData("argdist -C 'r:c:read():u64:$latency'", "argdist -C 't:syscalls:sys_exit_read()'", "without its values")]
    public void It_says_the_same_or_what_it_leaves_out(string command, string expected, string? lost)
    {
        var kernel = new FakeKernelCatalog();
        var diagnostics = new List<Diagnostic>();
        var bound = Binder.Bind(Parser.Parse(command, diagnostics)!, kernel, diagnostics); // it parses
        Assert.Empty(diagnostics);
        Assert.Equal((expected, lost), SystemCallCommand.Make(Assert.Single(SilentProbe.Of(bound!)), new SystemCall("read"), kernel));
        Assert.NotNull(Parser.Parse(expected, diagnostics));
        Assert.Empty(diagnostics);
    }

    [Theory]
    [InlineData("read", "read")]
    [InlineData("__libc_read", "read")]
    [InlineData("__read_nocancel", "read")]
    [InlineData("__GI___libc_read", "read")]
    [InlineData("read64", "read")]
    [InlineData("__read_chk", "read")]
    [InlineData("readahead", "readahead")]
    [InlineData("64", "64")]
    public void Names_of_libc_s_own_are_the_same_function(string name, string expected) =>
        Assert.Equal(expected, SystemCalls.BaseName(name));

    [Fact]
    public void Only_system_calls_of_this_kernel_are_taken_for_some()
    {
        var kernel = new FakeKernelCatalog();
        Assert.Equal([new SystemCall("read")], SystemCalls.Of("__read", kernel));
        Assert.Empty(SystemCalls.Of("malloc", kernel));
    }
}
