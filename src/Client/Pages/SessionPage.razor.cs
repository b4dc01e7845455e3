using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace BpfDashboard.Client.Pages;

/// <summary>One session, while it runs and afterwards. Rendered when its state changes; the table has its own feed.</summary>
public sealed partial class SessionPage : IDisposable
{
    private SessionDetails? session;
    private bool stopping;

    [Parameter]
    public string Id { get; set; } = "";

    [CascadingParameter]
    private Task<AuthenticationState>? Login { get; set; }

    [Inject]
    private ISessions Sessions { get; set; } = default!;

    // Only read where there is a session.
    private SessionSummary Summary => session!.Summary;

    private Dictionary<string, object> PaneParameters => new() { [nameof(CountTable.Session)] = session! };

    /// <inheritdoc/>
    public void Dispose() => Sessions.Changed -= OnChanged;

    /// <inheritdoc/>
    protected override void OnInitialized() => Sessions.Changed += OnChanged;

    /// <inheritdoc/>
    protected override void OnParametersSet() => session = Sessions.Find(Id);

    private void OnChanged(string id)
    {
        if (id == Id)
        {
            _ = InvokeAsync(() =>
            {
                // What the server forgets stays on this page as it was last seen.
                session = Sessions.Find(Id) ?? session;
                StateHasChanged();
            });
        }
    }

    private async Task StopAsync()
    {
        if (Login is null || !(await Login).User.IsInRole(Roles.Operator))
        {
            return;
        }

        stopping = true;
        try
        {
            await Sessions.StopAsync(Id);
            session = Sessions.Find(Id) ?? session;
        }
        finally
        {
            stopping = false;
        }
    }
}
