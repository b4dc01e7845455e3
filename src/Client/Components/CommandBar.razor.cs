using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Components;

/// <summary>Where a command is typed, checked while typing, and run.</summary>
public sealed partial class CommandBar : IAsyncDisposable
{
    private static readonly TimeSpan TypingPause = TimeSpan.FromMilliseconds(300);

    private static readonly Example[] Examples =
    [
        new("t:syscalls:sys_enter_*", "tracepoints"),
        new("vfs_*", "kernelFunctions"),
        new("c:str*", "userFunctions"),
        new("-i 1 c:pthread_mutex_lock", "userFunctions"),
        new("-r 'c:(write|read)$'", "userFunctions"),
        new("stackcount -P t:sched:sched_switch", "tracepoints"),
        new("stackcount -P tcp_sendmsg", "kernelFunctions"),
        new("stackcount -P -U c:malloc", "userFunctions"),
        new("stackcount profile:99hz", "sampling"),
        new("trace 't:syscalls:sys_enter_openat \"%s\", args->filename'", "tracepoints"),
        new("trace 'tcp_connect \"%s port %d\", ntop(sk->sk_daddr), ntohs(sk->sk_dport)'", "kernelFunctions"),
        new("trace 'r:c:read ((int)retval < 0) \"%d bytes wanted\", $entry(arg3)'", "userFunctions"),
    ];

    private ElementReference input;
    private CommandHistoryScript? history;
    private CancellationTokenSource checking = new();
    private CommandReport? report;
    private string text = "";
    private bool starting;

    /// <summary>A command to begin with, as when a session is to be run again.</summary>
    [Parameter]
    public string? Initial { get; set; }

    [Inject]
    private ISessions Sessions { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await checking.CancelAsync();
        checking.Dispose();
        if (history is not null)
        {
            await history.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    protected override Task OnInitializedAsync()
    {
        text = Initial ?? "";
        return text is "" ? Task.CompletedTask : CheckAsync(TimeSpan.Zero); // nobody is typing
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            history = new CommandHistoryScript(Js);
            await history.CreateAsync(input);
        }
    }

    /// <summary>Why an example cannot run on this host; null if it can.</summary>
    private string? WhyNot(Example example) =>
        Sessions.Host.Kinds.FirstOrDefault(kind => kind.Id == example.Kind) is { Problem: { } problem } kind
            ? $"{kind.Name}: not here, because {problem}"
            : null;

    private Task CheckAsync() => CheckAsync(TypingPause);

    /// <summary>Waits for a pause in typing, then asks the server; a newer text calls it off.</summary>
    private async Task CheckAsync(TimeSpan pause)
    {
        var cancel = Supersede();
        try
        {
            await Task.Delay(pause, Time, cancel);
            var typed = text;
            report = typed.Trim() is ""
                ? null
                : CommandReport.Of(typed, await Sessions.CheckAsync(typed, cancel));
        }
        catch (OperationCanceledException)
        {
            // Something newer was typed, or the command was run.
        }
    }

    private async Task RunAsync()
    {
        if (starting || text.Trim() is "")
        {
            return;
        }

        Supersede();
        starting = true;
        try
        {
            await StartAsync(text);
        }
        finally
        {
            starting = false;
        }
    }

    private async Task StartAsync(string command)
    {
        var result = await Sessions.StartAsync(command);
        report = CommandReport.Of(command, result);
        if (history is not null)
        {
            await history.AddAsync(command.Trim());
        }

        if (result.Id is { } id)
        {
            Navigation.NavigateTo($"s/{id}");
        }
    }

    private async Task UseAsync(string command)
    {
        text = command;
        await input.FocusAsync();
        await CheckAsync(TimeSpan.Zero);
    }

    private CancellationToken Supersede()
    {
        checking.Cancel();
        checking.Dispose();
        checking = new CancellationTokenSource();
        return checking.Token;
    }

    /// <summary>A command to begin with, and the kind of its targets (<see cref="KindInfo.Id"/>).</summary>
    private sealed record Example(string Command, string Kind);
}
