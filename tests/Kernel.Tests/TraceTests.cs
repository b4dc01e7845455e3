using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Kernel.Tests;

/// <summary>What trace shows of calls whose arguments are known.</summary>
public sealed class TraceTests
{
    private const int Timeout = 120_000;
    private const string Show = ":show(const char *text, int number, unsigned char letter, void *point, long wide, short narrow)";

    [Fact(Timeout = Timeout)]
    public async Task Arguments_have_the_width_and_sign_of_a_signature()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} '{Workload.ValuesFile}{Show} \"%s %d %c %ld %hd\", text, number, letter, wide, narrow'");
        await workload.RunAsync("show 3 5000000000");
        Assert.Equal(
            ["\"café\" 0 120 5000000000 -2", "\"café\" -1 120 5000000000 -2", "\"café\" -2 120 5000000000 -2"], trace.Finish());
        Assert.All(trace.Rows, row => Assert.Equal(("show", workload.Pid), (trace.Name(row), row.Pid)));
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_a_format_what_the_signature_names_is_shown()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} '{Workload.ValuesFile}{Show}'");
        await workload.RunAsync("show 1 7");
        Assert.Equal(["text", "number", "letter", "point", "wide", "narrow"], trace.Columns());
        Assert.Matches("^\"café\" 0 120 \\d+ 7 -2$", Assert.Single(trace.Finish()));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_fault_is_a_fault_and_the_other_values_are_there()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} '{Workload.ValuesFile}{Show} \"%s %d %ld\", text, number, wide'");
        await workload.RunAsync("null 0");
        Assert.Equal(["fault 1 3"], trace.Finish());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("((int)arg2 == -1)", 1)]
    [InlineData("(STRCMP(\"caf\", arg1))", 3)]
    [InlineData("(STRCMP(\"cafe\", arg1))", 0)]
    [InlineData("((int)arg2 <= -1 && arg5 == 9)", 2)]
    public async Task A_predicate_decides_in_the_kernel(string predicate, int expected)
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} '{Workload.ValuesFile}:show {predicate} \"%d\", arg2'");
        await workload.RunAsync("show 3 9");
        Assert.Equal(expected, trace.Finish().Count);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_return_has_its_value()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} 'r:{Workload.ValuesFile}:answer ((int)retval < 0) \"%d\", retval'");
        await workload.RunAsync("answer 42", "answer -1");
        Assert.Equal(["-42"], trace.Finish());
    }

    [Fact(Timeout = Timeout)]
    public async Task Functions_of_libc_fail_with_an_errno_below_0()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} 'r:c:read ((int)retval < 0) \"%d\", retval' 'c:open \"%s %x\", arg1, arg2'");
        await workload.RunAsync("badread 5", "open 1");
        Assert.Equal(["-1", "\"/nonexistent/file\" 0"], trace.Finish());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_place_in_a_function_has_registers()
    {
        using var workload = Workload.StartValues();

        // endbr64 takes four bytes where the compiler puts it; the argument is still in its register behind it.
        using var trace = Traced.Start($"-p {workload.Pid} '{Workload.ValuesFile}:answer+0x0 \"%d\", ctx->di' '{Workload.ValuesFile}:paired \"%ld\", arg2'");
        await workload.RunAsync("answer 5", "paired 1 1");
        Assert.Equal(["5", "3"], trace.Finish());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_system_call_s_record_has_fields_with_texts_of_the_process()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start(
            $"-p {workload.Pid} 't:syscalls:sys_enter_openat (args->flags == O_RDONLY) \"%s %d\", args->filename, args->dfd' "
            + "'t:syscalls:sys_exit_openat \"%ld\", args->ret'");
        await workload.RunAsync("open 1");
        Assert.Equal(["\"/nonexistent/file\" -100", "-2"], trace.Finish());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_tracepoint_without_a_format_shows_every_field()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} t:task:task_rename");
        await workload.RunAsync("hostile 1");
        Assert.Contains("oldcomm", trace.Columns());
        Assert.Contains("\"values\"", Assert.Single(trace.Finish()), StringComparison.Ordinal);
    }

    /// <summary>A thread that waits for its next command sleeps: S, as ps prints it.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Numbers_of_a_tracepoint_are_called_as_the_kernel_calls_them()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} t:sched:sched_switch t:syscalls:sys_enter_openat");
        await workload.RunAsync("open 1");
        trace.Finish();
        var renderer = trace.Renderer();
        var shown = trace.Rows.SelectMany(row => renderer.Columns.Select((column, index) => (column.Name, Value: renderer.Show(row, index)))).ToList();
        Assert.Contains(("prev_state", new ShownValue("S", "1")), shown);
        Assert.Contains(("flags", new ShownValue("O_RDONLY", "0")), shown);
        var filter = RowFilter.Parse("prev_state == \"S\" && prev_state == 1", renderer, new RowClock(0, default), []);
        Assert.Contains(trace.Rows, filter!.Matches);
    }

    /// <summary>On a stack of the CPU, as kernels since 6.13 have for programs, values of preempted threads would mix.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Through_perf_buffers_values_are_the_same()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start(
            $"-Z 61 -p {workload.Pid} '{Workload.ValuesFile}{Show} \"%s %d %c %ld %hd\", text, number, letter, wide, narrow' "
            + $"'{Workload.ValuesFile}:answer \"%d\", number' 'r:{Workload.ValuesFile}:descend \"%d %d\", $entry(arg1), retval' "
            + "'t:syscalls:sys_enter_openat \"%s %d\", args->filename, args->dfd'",
            perfBuffers: true);
        await workload.RunAsync("show 1 5000000000", "answer -3", "descend 2", "null 0", "open 1");
        Assert.Equal(
            [
                "\"café\" 0 120 5000000000 -2", "-3", "0 0", "1 1", "2 2", "fault 1 2 3 4",
                "\"/nonexistent/file\" -100",
            ],
            trace.Finish());
    }

    /// <summary>On a stack of the CPU, as kernels since 6.13 have for programs, values of preempted threads would mix.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Values_of_threads_at_one_probe_do_not_mix(bool perfBuffers)
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start(
            $"-p {workload.Pid} '{Workload.ValuesFile}:paired (arg2 - (arg1 + (arg1 + (arg1 + (arg1 - arg1)))) != 0 || $comm contains \"alu\") \"%ld %ld\", arg1, arg2 - (arg1 + (arg1 + (arg1 - arg1)))'",
            perfBuffers: perfBuffers);
        await workload.RunAsync("paired 8 20000");
        var values = trace.Finish();
        Assert.Equal(160_000, values.Count);
        Assert.All(values, pair => Assert.Equal(pair.Split(' ')[0], pair.Split(' ')[1]));
    }

    [Fact(Timeout = Timeout)]
    public async Task Stacks_come_with_the_event()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-K -U -p {workload.Pid} '{Workload.ValuesFile}:answer' t:syscalls:sys_enter_openat");
        await workload.RunAsync("answer 1", "open 1");
        Assert.Equal(2, trace.Finish().Count);
        var atEntry = trace.Stack(trace.Rows[0], isUser: true).Addresses;
        var functions = ElfBinary.Read(Workload.ValuesFile).Functions.ToDictionary(function => function.Name, function => function.FileOffset);
        const ulong longest = 4096; // run is no longer
        Assert.InRange(atEntry[1] - atEntry[0] + functions["answer"], functions["run"], functions["run"] + longest);
        Assert.NotEmpty(trace.Stack(trace.Rows[1], isUser: true).Addresses);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_return_knows_the_arguments_of_its_own_entry_however_deep()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} 'r:{Workload.ValuesFile}:descend \"%d %d %d\", $entry(arg1), retval, $latency > 0'");
        await workload.RunAsync("descend 5");
        Assert.Equal(["0 0 1", "1 1 1", "2 2 1", "3 3 1", "4 4 1", "5 5 1"], trace.Finish());
    }

    [Fact(Timeout = Timeout)]
    public async Task Predicates_at_returns_may_ask_for_the_entry()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} 'r:{Workload.ValuesFile}:descend ($entry(arg1) == 3 && $latency < 1000000000) \"%d\", retval'");
        await workload.RunAsync("descend 9");
        Assert.Equal(["3"], trace.Finish());
    }

    [Fact(Timeout = Timeout)]
    public async Task Names_with_a_dollar_are_those_of_the_task()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start(
            $"-p {workload.Pid} '{Workload.ValuesFile}:answer \"%d %d %d %d %s %s %d\", $pid, $tgid, $ppid, $uid, $comm, $func, $task->tgid'");
        await workload.RunAsync("answer 1");
        Assert.Equal([$"{workload.Pid} {workload.Pid} {Environment.ProcessId} 0 known known {workload.Pid}"], trace.Finish());
    }

    [Fact(Timeout = Timeout)]
    public async Task Debug_information_knows_the_parameters_and_their_structs()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start(
            $"-p {workload.Pid} '{Workload.ValuesFile}:show' "
            + $"'{Workload.ValuesFile}:show \"%d %d %d %d %s %s\", point->x, point->y, point->small, point->large, point->name, point->tag' "
            + $"'r:{Workload.ValuesFile}:answer'");
        await workload.RunAsync("show 1 7", "answer 4");
        Assert.Equal(["text", "number", "letter", "point", "wide", "narrow"], trace.Columns());
        var values = trace.Finish().Order(StringComparer.Ordinal).ToList();
        Assert.Matches("^\"café\" 0 120 \\d+ 7 -2$", values[0]);
        Assert.Equal("-3 70000 5 1234567 \"origin\" \"abcd\"", values[1]);
        Assert.Equal("-4", values[2]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_whole_struct_is_sent_as_it_lies_in_memory()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start($"-p {workload.Pid} '{Workload.ValuesFile}:show \"%v\", *point'");
        await workload.RunAsync("show 1 7");
        var bytes = Convert.FromHexString(Assert.Single(trace.Finish()));
        Assert.Equal((-3, 70000), (BitConverter.ToInt32(bytes, 0), BitConverter.ToInt32(bytes, 4)));
        Assert.Equal("abcd", System.Text.Encoding.ASCII.GetString(bytes, 24, 4));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_USDT_probe_has_its_arguments_and_texts()
    {
        using var workload = Workload.StartValues();
        using var trace = Traced.Start(
            $"-p {workload.Pid} 'u:{Workload.ValuesFile}:request' 'u:{Workload.ValuesFile}:values:request (arg2 + 1 > 6000000000) \"%d %ld %s\", arg1, arg2, arg3'");
        await workload.RunAsync("usdt -7 6000000000");
        var values = trace.Finish();
        Assert.Contains(values, text => text == "-7 6000000000 \"/etc/motd\"");
        Assert.Contains(values, text => text.StartsWith("-7 6000000000 ", StringComparison.Ordinal) && text.Length > 20);
        Assert.Equal(["arg1", "arg2", "arg3"], trace.Columns());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_whole_array_of_a_record_is_sent()
    {
        using var workload = Workload.Start();
        using var trace = Traced.Start($"-p {workload.Pid} 't:raw_syscalls:sys_enter (args->id == 121) \"%v %ld\", args->args, args->args[0]'");
        await workload.RunAsync("getpgid 2");
        var values = trace.Finish();
        Assert.Equal(2, values.Count);
        Assert.All(values, value => Assert.Matches("^0{16}[0-9A-F]{80} 0$", value));
    }
}
