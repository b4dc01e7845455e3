using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding;

/// <summary>How trace's options say events are to be shown.</summary>
internal static class RowOptionBinder
{
    /// <summary>A text longer than a page is hardly a text; the buffer has room for thousands of these.</summary>
    private const int MaxStringSize = 4096;

    public static RowOptions Bind(CommandSyntax syntax, List<Diagnostic> diagnostics) => new()
    {
        StringSize = syntax.Find(OptionId.StringSize) is { } size ? StringSize(size, diagnostics) : new RowOptions().StringSize,
        MaxEvents = syntax.Find(OptionId.MaxEvents) is { } most ? AtLeastOne(most, diagnostics) : null,
        Time = Time(syntax),
        ShowCpu = syntax.Has(OptionId.ShowCpu),
        Message = syntax.Find(OptionId.Message)?.Value,
        Aggregate = syntax.Has(OptionId.Aggregate),
        KernelStack = syntax.Has(OptionId.KernelStack),
        UserStack = syntax.Has(OptionId.UserStack),
        Addresses = syntax.Has(OptionId.Addresses),
    };

    /// <summary>As in BCC, -t wins over -T, and -u alone does nothing.</summary>
    private static TimeColumn Time(CommandSyntax syntax) =>
        syntax.Has(OptionId.SinceStart) && syntax.Has(OptionId.UnixTime) ? TimeColumn.Unix
        : syntax.Has(OptionId.SinceStart) ? TimeColumn.SinceStart
        : syntax.Has(OptionId.Timestamp) ? TimeColumn.TimeOfDay
        : TimeColumn.None;

    private static int StringSize(OptionSyntax option, List<Diagnostic> diagnostics)
    {
        var size = OptionValues.ToNumber(option);
        if (size is < 2 or > MaxStringSize)
        {
            diagnostics.Add(new Diagnostic(
                option.ValueSpan, $"texts have 2 to {MaxStringSize} bytes, with the 0 at their end", "80 if nothing is said"));
        }

        return size;
    }

    private static long AtLeastOne(OptionSyntax option, List<Diagnostic> diagnostics)
    {
        var most = OptionValues.ToNumber(option);
        if (most < 1)
        {
            diagnostics.Add(new Diagnostic(option.ValueSpan, "there is nothing to see of 0 events", "leave out -M to go on"));
        }

        return most;
    }
}
