using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Client.Components;

/// <summary>What the server said to a text: one of the properties is set, or none when all is well and there is nothing to say.</summary>
/// <param name="Text">The text it was said to; spans refer to it.</param>
/// <param name="IsQuiet">Whether it was only checked while typing, and may well be unfinished.</param>
public sealed record CommandReport(
    string Text,
    bool IsQuiet,
    IReadOnlyList<SpecProblem> Problems,
    string? Error = null,
    string? Hint = null,
    string? Help = null,
    SpecCheck? Check = null)
{
    public static CommandReport Of(string text, SpecCheck check) => new(
        text, true, check.Problems, Help: check.Help, Check: check is { Problems: [], Help: null } ? check : null);

    public static CommandReport Of(string text, StartResult result) =>
        new(text, false, result.Problems, result.Error ?? WhyNothing(result), result.Hint, result.Help);

    // An answer without anything in it is a fault of the server, and a user must not be left before an idle page.
    private static string? WhyNothing(StartResult result) =>
        result is { Id: null, Problems: [], Help: null } ? "The server started nothing and did not say why." : null;
}
