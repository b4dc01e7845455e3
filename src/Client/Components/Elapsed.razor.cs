using Microsoft.AspNetCore.Components;

namespace BpfDashboard.Client.Components;

/// <summary>A session time that goes on by itself, so that nothing else needs to be rendered again each second.</summary>
public sealed partial class Elapsed : IDisposable
{
    private (double Ms, bool IsRunning)? anchoredTo;
    private long anchor;
    private ITimer? timer;

    /// <summary>Milliseconds at the time this was last given a new value.</summary>
    [Parameter, EditorRequired]
    public double Ms { get; set; }

    /// <summary>Whether time passes.</summary>
    [Parameter, EditorRequired]
    public bool IsRunning { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private double Now => Ms + (IsRunning ? Time.GetElapsedTime(anchor).TotalMilliseconds : 0);

    /// <inheritdoc/>
    public void Dispose() => timer?.Dispose();

    /// <inheritdoc/>
    protected override void OnInitialized() =>
        timer = Time.CreateTimer(_ => Tick(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        // A parent that renders again for another reason passes the old value: time must not jump back to it.
        if (anchoredTo != (Ms, IsRunning))
        {
            anchoredTo = (Ms, IsRunning);
            anchor = Time.GetTimestamp();
        }
    }

    private void Tick()
    {
        if (IsRunning)
        {
            _ = InvokeAsync(StateHasChanged);
        }
    }
}
