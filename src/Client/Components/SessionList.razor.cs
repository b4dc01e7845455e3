using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;

namespace BpfDashboard.Client.Components;

/// <summary>Running sessions first, then finished ones, newest first in both. Numbers and times move once a second.</summary>
public sealed partial class SessionList : IDisposable
{
    private IReadOnlyList<SessionSummary> sessions = [];
    private ITimer? timer;

    [Inject]
    private ISessions Sessions { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc/>
    public void Dispose()
    {
        Sessions.Changed -= OnChanged;
        timer?.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Refresh();
        Sessions.Changed += OnChanged;
        timer = Time.CreateTimer(_ => OnSecond(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    private void OnChanged(string id) => _ = InvokeAsync(RefreshAndRender);

    private void OnSecond()
    {
        if (sessions is not [])
        {
            _ = InvokeAsync(RefreshAndRender);
        }
    }

    private void RefreshAndRender()
    {
        Refresh();
        StateHasChanged();
    }

    // List() is newest first already, and OrderBy keeps that order within each group.
    private void Refresh() => sessions = [.. Sessions.List().OrderByDescending(session => session.State.IsAlive())];
}
