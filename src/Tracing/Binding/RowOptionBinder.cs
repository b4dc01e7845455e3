using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding;

/// <summary>How trace's options say events are to be shown.</summary>
internal static class RowOptionBinder
{
    public static RowOptions Bind(CommandSyntax syntax) => new()
    {
        StringSize = syntax.Find(OptionId.StringSize) is { } size ? OptionValues.ToNumber(size) : new RowOptions().StringSize,
        MaxEvents = syntax.Find(OptionId.MaxEvents) is { } most ? OptionValues.ToNumber(most) : null,
        Time = Time(syntax),
        ShowCpu = syntax.Has(OptionId.ShowCpu),
        Message = syntax.Find(OptionId.Message)?.Value,
        Aggregate = syntax.Has(OptionId.Aggregate),
        KernelStack = syntax.Has(OptionId.KernelStack),
        UserStack = syntax.Has(OptionId.UserStack),
        Unwind = !syntax.Has(OptionId.NoUnwind),
        Addresses = syntax.Has(OptionId.Addresses),
    };

    /// <summary>As in BCC, -t wins over -T, and -u alone does nothing.</summary>
    private static TimeColumn Time(CommandSyntax syntax) =>
        syntax.Has(OptionId.SinceStart) && syntax.Has(OptionId.UnixTime) ? TimeColumn.Unix
        : syntax.Has(OptionId.SinceStart) ? TimeColumn.SinceStart
        : syntax.Has(OptionId.Timestamp) ? TimeColumn.TimeOfDay
        : TimeColumn.None;
}
